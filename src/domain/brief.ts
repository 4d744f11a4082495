import { type SourceSeen, sourcesOf } from './brief-sources.ts'
import type {
  Activity,
  AskedName,
  ClusterCalls,
  EksCluster,
  EvidenceKind,
  EvidenceRequest,
  FlowLook,
  InstanceDetails,
  LogLook,
  ObjectCalls,
  TrailLook,
} from './evidence.ts'
import type { Finding } from './finding.ts'
import type { LogKind } from './logs/log-place.ts'
import { lastUseText, type Reach } from './reach.ts'
import { matchText, type ReputationMatch } from './reputation/matches.ts'
import { type Ec2Instance, type Principal, type Target, targetText } from './targets.ts'
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
    ...instancesOf(finding).map((instance) => ({ kind: 'instanceDetails', question: { instance } }) as const),
    ...logs.flatMap((log) => askedOf[log](finding)),
  ])
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()]
}

/** What each log is asked about a finding; the trail is asked in the place of the event history. */
const askedOf: Readonly<Record<LogKind, (finding: Finding) => readonly EvidenceRequest[]>> = {
  trail: () => [],
  flows: (finding) =>
    instancesOf(finding).map((instance) => ({ kind: 'flowsOf', question: { instance, hours: HOURS } })),
  dns: (finding) => instancesOf(finding).map((instance) => ({ kind: 'namesOf', question: { instance, hours: HOURS } })),
  objects: (finding) =>
    principalsOf(finding).map((principal) => ({ kind: 'objectsOf', question: { principal, hours: HOURS } })),
  kubernetes: (finding) =>
    clustersOf(finding).map((cluster) => ({ kind: 'clusterCallsOf', question: { cluster, hours: HOURS } })),
}

const instancesOf = ({ instance }: Finding): readonly Ec2Instance[] => (instance === null ? [] : [instance])

const EKS = 'eks/'

const clustersOf = ({ entities = [] }: Finding): readonly EksCluster[] =>
  entities.flatMap((entity) =>
    entity.kind === 'cluster' && entity.region !== null && entity.id.startsWith(EKS)
      ? [{ account: entity.account, region: entity.region, name: entity.id.slice(EKS.length) }]
      : [],
  )

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
  const names = answersOf<LogLook<AskedName>>(material, 'namesOf')
  const objects = answersOf<LogLook<ObjectCalls>>(material, 'objectsOf')
  const clusters = answersOf<LogLook<ClusterCalls>>(material, 'clusterCallsOf')
  const sources = sourcesOf({ ...material, findings, wanted: evidenceFor(findings, material.logs) })
  return {
    who: lines([...findings.flatMap(whoIn), ...reaches.flatMap(usedIn)]),
    from: lines([
      ...(material.reputation ?? []).map(matchText),
      ...findings.flatMap(placeIn),
      ...activities.flatMap(({ calls }) => calls.flatMap(addressIn)),
      ...flows.flatMap(talksIn),
      ...names.flatMap(namesIn),
    ]),
    changed: lines([...activities.flatMap(changesIn), ...clusters.flatMap(clusterCallsIn)]),
    reach: lines([
      ...material.cases.flatMap(surroundings),
      ...activities.flatMap(rolesIn),
      ...instances.flatMap(roleIn),
      ...reaches.flatMap(mayIn),
      ...objects.flatMap(objectCallsIn),
    ]),
    unseen: [
      ...(material.beyond === 0 ? [] : [`${material.beyond} further findings are not in this brief`]),
      ...lines(
        [...activities, ...reaches, ...flows, ...names, ...objects, ...clusters].flatMap(({ unseen }) => unseen),
      ),
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

/** Of each log, the rows that come first. */
const MOST_ROWS = 10

const talksIn = ({ flows }: FlowLook): readonly string[] =>
  flows
    .slice(0, MOST_ROWS)
    .map(
      ({ from, to, port, protocol, action, bytes }) =>
        `${from} to ${to} port ${port} (protocol ${protocol}), ${bytes} bytes, ${action} by VPC flow logs`,
    )

const namesIn = ({ rows }: LogLook<AskedName>): readonly string[] =>
  rows
    .slice(0, MOST_ROWS)
    .map(({ name, type, code, queries }) => `asked for ${name} (${type}, ${code}) ${queries} times by DNS query logs`)

const clusterCallsIn = ({ rows }: LogLook<ClusterCalls>): readonly string[] =>
  rows
    .slice(0, MOST_ROWS)
    .map(
      ({ user, verb, resource, namespace, address, code, calls, last }) =>
        `${user} ${verb} ${resource}${namespace === null ? '' : ` in ${namespace}`} from ${address ?? 'an unknown address'}, ${calls} times, answered ${code}, last at ${last}, by EKS audit logs`,
    )

const objectCallsIn = ({ rows }: LogLook<ObjectCalls>): readonly string[] =>
  rows
    .slice(0, MOST_ROWS)
    .map(
      ({ operation, bucket, address, errorCode, calls, bytes }) =>
        `${operation} in ${bucket} ${calls} times from ${address ?? 'an unknown address'}${errorCode === null ? `, ${bytes} bytes` : `, refused with ${errorCode}`} by S3 data events`,
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
