import { type SourceSeen, sourcesOf } from './brief-sources.ts'
import type { Activity, EvidenceKind, EvidenceRequest, FlowLook, InstanceDetails, TrailLook } from './evidence.ts'
import type { Finding } from './finding.ts'
import type { LogKind } from './logs/log-place.ts'
import { lastUseText, type Reach } from './reach.ts'
import { matchText, type ReputationMatch } from './reputation/matches.ts'
import { type Principal, type Target, targetText } from './targets.ts'
import type { Case } from './triage/assessment.ts'

/** A piece of evidence as the record has it; its kind names the collector that gave the answer. */
export interface CollectedEvidence {
  readonly id: string
  readonly kind: string
  readonly answer: unknown
}

/** What was asked for and has no answer. */
export interface AskedEvidence {
  readonly kind: EvidenceKind
  /** The code and the reason of a refusal; null while it is on its way. */
  readonly refused: { readonly code: string; readonly reason: string } | null
}

/** Everything that a brief is made of. */
export interface BriefMaterial {
  readonly cases: readonly Case[]
  /** How many findings there are beyond those. */
  readonly beyond: number
  readonly evidence: readonly CollectedEvidence[]
  readonly asked: readonly AskedEvidence[]
  readonly isAccountKnown: boolean
  /** Which of the organisation’s logs Cordon is set up to read. */
  readonly logs: readonly LogKind[]
  /** What lists of bad reputation say of the addresses and names in all of that; null when there is no list. */
  readonly reputation: readonly ReputationMatch[] | null
}

/** What whoever investigates reads first, a sentence a line. */
export interface Brief {
  readonly who: readonly string[]
  readonly from: readonly string[]
  readonly changed: readonly string[]
  readonly reach: readonly string[]
  readonly unseen: readonly string[]
  readonly sources: readonly SourceSeen[]
}

/** A principal’s day is what a look-up answers within its pace. */
const HOURS = 24
const MOST_LINES = 20
const MOST_SERVICES = 10

/** The evidence that can be asked about what the findings name, each piece once. Where there is a trail to ask, it comes before the event history. */
export function evidenceFor(findings: readonly Finding[], logs: readonly LogKind[]): readonly EvidenceRequest[] {
  const activity = logs.includes('trail') ? 'trailOf' : 'activityOf'
  const requests = findings.flatMap((finding): readonly EvidenceRequest[] => [
    ...principalsOf(finding).flatMap((principal): readonly EvidenceRequest[] => [
      { kind: activity, question: { principal, hours: HOURS } },
      { kind: 'reachOf', question: { principal } },
    ]),
    ...(finding.instance === null
      ? []
      : [{ kind: 'instanceDetails', question: { instance: finding.instance } } as const]),
    ...(finding.instance === null || !logs.includes('flows')
      ? []
      : [{ kind: 'flowsOf', question: { instance: finding.instance, hours: HOURS } } as const]),
  ])
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()]
}

const principalsOf = ({ credential }: Finding): readonly Principal[] => {
  if (credential.kind === 'user-key') return [credential.user]
  return credential.kind === 'role-session' ? [credential.role] : []
}

/** What the record says of an incident, and what it does not say. Nothing is asked for by it. */
export function briefOf(material: BriefMaterial): Brief {
  const findings = material.cases.map(({ finding }) => finding)
  const activities = [...answersOf<Activity>(material, 'activityOf'), ...answersOf<TrailLook>(material, 'trailOf')]
  const flows = answersOf<FlowLook>(material, 'flowsOf')
  const instances = answersOf<InstanceDetails>(material, 'instanceDetails')
  const reaches = answersOf<Reach>(material, 'reachOf')
  const sources = sourcesOf({ ...material, findings, wanted: evidenceFor(findings, material.logs) })
  return {
    who: lines([...findings.flatMap(whoIn), ...reaches.flatMap(usedIn)]),
    from: lines([
      ...(material.reputation ?? []).map(matchText),
      ...findings.flatMap(placeIn),
      ...activities.flatMap(({ calls }) => calls.flatMap(addressIn)),
      ...flows.flatMap(talksIn),
    ]),
    changed: lines(activities.flatMap(changesIn)),
    reach: lines([
      ...material.cases.flatMap(surroundings),
      ...activities.flatMap(rolesIn),
      ...instances.flatMap(roleIn),
      ...reaches.flatMap(mayIn),
    ]),
    unseen: [
      ...(material.beyond === 0 ? [] : [`${material.beyond} further findings are not in this brief`]),
      ...lines([...activities, ...reaches, ...flows].flatMap(({ unseen }) => unseen)),
      ...(reaches.some(arePoliciesRead) ? [] : ['What the principal’s policies allow was not read']),
      ...sources
        .filter(({ state }) => state !== 'available')
        .map(({ source, state, text }) => `${source}: ${state}, ${text}`),
    ],
    sources,
  }
}

const lines = (texts: readonly string[]): readonly string[] => {
  const distinct = [...new Set(texts)]
  const rest = distinct.length - MOST_LINES
  return rest <= 0 ? distinct : [...distinct.slice(0, MOST_LINES), `and ${rest} more`]
}

const answersOf = <Answer>({ evidence }: BriefMaterial, kind: EvidenceKind): readonly Answer[] =>
  evidence.filter((one) => one.kind === kind).map(({ answer }) => answer as Answer)

function whoIn({ credential, instance, account }: Finding): readonly string[] {
  const named: readonly Target[] = [
    ...(credential.kind === 'user-key' ? [credential] : []),
    ...(credential.kind === 'role-session' ? [credential.role] : []),
    ...(instance === null ? [] : [instance]),
  ]
  return [...named.map(targetText), ...(credential.kind === 'root' ? [`the root user of ${account}`] : [])]
}

const placeIn = ({ remoteAddress, userAgent, api, errorCode }: Finding): readonly string[] => {
  if (remoteAddress === null) return []
  const refused = errorCode === null || errorCode === undefined ? '' : `, refused with ${errorCode}`
  return [
    `${remoteAddress}${userAgent === null ? '' : ` with ${userAgent}`}${api === null ? '' : `: ${api}${refused}`}`,
  ]
}

const addressIn = ({ sourceAddress }: Activity['calls'][number]): readonly string[] =>
  sourceAddress === null ? [] : [`${sourceAddress} by CloudTrail`]

const MOST_FLOWS = 10

const talksIn = ({ flows }: FlowLook): readonly string[] =>
  flows
    .slice(0, MOST_FLOWS)
    .map(
      ({ from, to, port, protocol, action, bytes }) =>
        `${from} to ${to} port ${port} (protocol ${protocol}), ${bytes} bytes, ${action} by VPC flow logs`,
    )

const changesIn = ({ changes }: Activity): readonly string[] =>
  changes.map(({ operation, at, resources }) => `${operation} at ${at}: ${resources.join(', ') || 'see CloudTrail'}`)

const surroundings = ({ finding, context }: Case): readonly string[] => [
  `account ${finding.account}, ${context.environment ?? 'an environment that nobody described'}, criticality ${context.criticality}`,
  ...context.owners.map((owner) => `what ${owner} owns`),
  ...(context.repositories ?? []).map((repository) => `what comes from ${repository}`),
]

const rolesIn = ({ rolesAssumed }: Activity): readonly string[] =>
  rolesAssumed.map((role) => `${targetText(role)}, whose session it opened`)

const roleIn = ({ role }: InstanceDetails): readonly string[] =>
  role === null ? [] : [`${targetText(role)}, by the instance’s profile`]

const usedIn = ({ lastUses, services }: Reach): readonly string[] => [
  ...lastUses.map(lastUseText),
  ...(services.length === 0
    ? []
    : [
        `services tried: ${services
          .slice(0, MOST_SERVICES)
          .map(({ service, at }) => `${service} (${at})`)
          .join(', ')}`,
      ]),
]

const mayIn = ({ principal, may, policies, boundary }: Reach): readonly string[] => [
  ...may.map((text) => `${targetText(principal)} ${text}`),
  ...(may.length === 0 && policies.length > 0
    ? [`${targetText(principal)}: nothing of what an intruder looks for first, by ${policies.join(', ')}`]
    : []),
  ...(boundary === null ? [] : [`never more than the permissions boundary ${boundary} allows`]),
]

const arePoliciesRead = ({ parts }: Reach): boolean =>
  parts.some(({ source, state }) => source === 'policies' && state === 'available')
