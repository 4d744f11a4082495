import type { AskedEvidence, BriefMaterial, CollectedEvidence } from './brief.ts'
import type { EvidenceKind, EvidenceRequest } from './evidence.ts'
import type { Finding } from './finding.ts'
import { type LogKind, logKindNames, logKinds } from './logs/log-place.ts'
import type { LogSeen } from './logs/log-state.ts'
import type { PartSeen } from './reach.ts'

/** Whether a source of evidence can be looked at. */
export const sourceStates = [
  'available',
  'on its way',
  'not asked',
  'not enabled',
  'no permission',
  'out of time',
  'too many bytes',
  'failed',
  'not set up',
] as const
export type SourceState = (typeof sourceStates)[number]

export interface SourceSeen {
  readonly source: string
  readonly state: SourceState
  readonly text: string
  /** What of the record is from there: ids of evidence, or keys of findings. */
  readonly evidence: readonly string[]
}

interface SourceMaterial extends BriefMaterial {
  readonly findings: readonly Finding[]
  /** What can be asked about the findings. */
  readonly wanted: readonly EvidenceRequest[]
}

const MOST_NAMED = 20

/** Every source of evidence with how it stands: nothing is left out because there is nothing from it. */
export function sourcesOf(material: SourceMaterial): readonly SourceSeen[] {
  const { findings } = material
  return [
    {
      source: 'detector’s findings',
      state: findings.length === 0 ? 'not enabled' : 'available',
      text: `${findings.length} findings`,
      evidence: findings.map(({ key }) => key).slice(0, MOST_NAMED),
    },
    ...collected.filter((one) => isOfUse(material, one)).map((one) => collectedSource(material, one)),
    ...partsOf(material, 'reachOf'),
    reputationSource(material),
    ...logKindNames.flatMap((kind) => logSources(material, kind)),
  ]
}

interface CollectedSource {
  readonly kind: EvidenceKind
  readonly source: string
  readonly about: string
}

const collected: readonly CollectedSource[] = [
  { kind: 'activityOf', source: 'CloudTrail look-up', about: 'a principal' },
  { kind: 'instanceDetails', source: 'instance details', about: 'an instance' },
  { kind: 'reachOf', source: 'policies and last use', about: 'a principal' },
]

/** Where the trail is asked, it takes the place of the look-up, which is shown all the same when somebody made it. */
const isOfUse = ({ logs, evidence }: SourceMaterial, { kind }: CollectedSource): boolean =>
  kind !== 'activityOf' || !logs.includes('trail') || evidence.some((one) => one.kind === kind)

const reputationSource = ({ reputation }: BriefMaterial): SourceSeen => {
  const seen = { source: 'lists of bad reputation', evidence: [] }
  return reputation === null
    ? { ...seen, state: 'not set up', text: 'import one with cordon context reputation import' }
    : { ...seen, state: 'available', text: `${reputation.length} matches` }
}

/** Which evidence is made of a log. */
const ofLogs: Readonly<Record<LogKind, Omit<CollectedSource, 'source'>>> = {
  trail: { kind: 'trailOf', about: 'a principal' },
  flows: { kind: 'flowsOf', about: 'an instance' },
  dns: { kind: 'namesOf', about: 'an instance' },
  objects: { kind: 'objectsOf', about: 'a principal' },
  kubernetes: { kind: 'clusterCallsOf', about: 'a cluster of EKS' },
}

/** What was seen of a log; also where it is set up no longer. */
function logSources(material: SourceMaterial, log: LogKind): readonly SourceSeen[] {
  const seen = partsOf(material, ofLogs[log].kind)
  if (seen.length > 0) return seen
  const source = logKinds[log]
  if (material.logs.includes(log)) return [collectedSource(material, { source, ...ofLogs[log] })]
  return [{ source, state: 'not set up', text: `CORDON_LOGS names no table ${log}`, evidence: [] }]
}

/** What was asked for at once can stand in different ways: one part was read, another was refused. */
const partsOf = ({ evidence }: BriefMaterial, kind: EvidenceKind): readonly SourceSeen[] =>
  evidence
    .filter((one) => one.kind === kind)
    .flatMap(({ id, answer }: CollectedEvidence) =>
      (answer as { readonly parts: readonly (PartSeen | LogSeen)[] }).parts.map((part) => ({
        ...part,
        evidence: [id],
      })),
    )

function collectedSource(material: SourceMaterial, { kind, source, about }: CollectedSource): SourceSeen {
  const evidence = material.evidence.filter((one) => one.kind === kind).map(({ id }) => id)
  if (evidence.length > 0) return { source, state: 'available', text: 'collected', evidence }
  const seen = (state: SourceState, text: string): SourceSeen => ({ source, state, text, evidence })
  if (!material.wanted.some((one) => one.kind === kind)) return seen('not asked', `no finding names ${about}`)
  if (!material.isAccountKnown) return seen('no permission', 'the account is not registered with Cordon')
  const last: AskedEvidence | undefined = material.asked.findLast((one) => one.kind === kind)
  if (last === undefined) return seen('not asked', 'ask for it with POST /api/incidents/{id}/evidence')
  if (last.refused === null) return seen('on its way', 'asked for, and not answered yet')
  const state = refusedStates[last.refused.code] ?? 'failed'
  return seen(state, last.refused.reason)
}

const refusedStates: Readonly<Record<string, SourceState>> = {
  access_denied: 'no permission',
  not_permitted: 'no permission',
  unprocessable: 'not enabled',
}
