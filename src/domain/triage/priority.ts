import { type Band, bandOf, type Finding } from '#domain/finding'
import type { Verdict } from '#domain/incident'
import { type Case, type Confidence } from './assessment.ts'
import { factIn } from './facts.ts'

export const priorities = ['P1', 'P2', 'P3', 'P4'] as const
export type Priority = (typeof priorities)[number]

/** One part of the sum, in words that say why the incident is before or behind another. */
export interface PriorityTerm {
  readonly points: number
  readonly text: string
}

export interface RankedPriority {
  readonly priority: Priority
  readonly points: number
  readonly terms: readonly PriorityTerm[]
}

/** What is judged, as far as it ranks. */
export interface Ranked {
  readonly verdict: Verdict
  readonly confidence: Confidence
  readonly severityMilli: number
}

const bySeverity: Readonly<Record<Band, number>> = { low: 0, medium: 10, high: 20, critical: 30 }
const byVerdict: Readonly<Record<Verdict, number>> = {
  threat: 30,
  inconclusive: 15,
  inappropriate: 8,
  posture: 4,
  'benign-expected': 0,
}
const byConfidence: Readonly<Record<Confidence, number>> = { low: 0, medium: 3, high: 5 }
const byCriticality = { low: -5, normal: 0, high: 5, critical: 10 } as const

const PRODUCTION = 10
const ACTIVE_USE = 10
const ATTACK_SEQUENCE = 20
const BAD_REPUTATION = 10
const SEVERAL = { least: 3, points: 5 } as const
const MANY = { least: 10, points: 10 } as const

/** The fewest points of each. */
const floors: readonly (readonly [Priority, number])[] = [
  ['P1', 60],
  ['P2', 50],
  ['P3', 25],
]

interface Bounds {
  readonly atMost: Priority
  readonly atLeast: Priority
}

/** No sum makes a threat quiet, and none makes what is expected loud. */
const bounds: Readonly<Record<Verdict, Bounds>> = {
  threat: { atMost: 'P1', atLeast: 'P2' },
  inconclusive: { atMost: 'P1', atLeast: 'P4' },
  inappropriate: { atMost: 'P3', atLeast: 'P4' },
  posture: { atMost: 'P3', atLeast: 'P4' },
  'benign-expected': { atMost: 'P4', atLeast: 'P4' },
}

/** What nobody understands and is grave is for a person now. */
const boundsOf = ({ verdict, severityMilli }: Ranked): Bounds =>
  verdict === 'inconclusive' && severityMilli >= 7000 ? { atMost: 'P1', atLeast: 'P2' } : bounds[verdict]

/** How urgent it is, as a sum of whole numbers that can be read one by one. */
export function priorityOf(ranked: Ranked, cases: readonly Case[]): RankedPriority {
  const terms = [...termsOf(ranked), ...surroundings(cases)].filter(({ points }) => points !== 0)
  const points = terms.reduce((sum, term) => sum + term.points, 0)
  const byPoints = floors.find(([, least]) => points >= least)?.[0] ?? 'P4'
  const { atMost, atLeast } = boundsOf(ranked)
  // Their order is their names’: P1 is the highest.
  const priority = byPoints < atMost ? atMost : byPoints > atLeast ? atLeast : byPoints
  const bound =
    priority === byPoints ? [] : [{ points: 0, text: `${ranked.verdict} is ${priority} here, whatever the sum` }]
  return { priority, points, terms: [...terms, ...bound] }
}

function termsOf({ verdict, confidence, severityMilli }: Ranked): readonly PriorityTerm[] {
  const band = bandOf(severityMilli / 1000)
  return [
    { points: bySeverity[band], text: `severity ${band}` },
    { points: byVerdict[verdict], text: `verdict ${verdict}` },
    { points: byVerdict[verdict] === 0 ? 0 : byConfidence[confidence], text: `confidence ${confidence}` },
  ]
}

function surroundings(cases: readonly Case[]): readonly PriorityTerm[] {
  const isProduction = cases.some(({ context }) => context.environment !== 'nonproduction')
  const criticality = (['critical', 'high', 'normal'] as const).find((level) =>
    cases.some(({ context }) => context.criticality === level),
  )
  const entities = new Set(cases.flatMap(({ finding }) => affectedBy(finding))).size
  const wide = [MANY, SEVERAL].find(({ least }) => entities >= least)
  return [
    { points: isProduction ? PRODUCTION : 0, text: 'in production, or in an account that nobody has described' },
    {
      points: byCriticality[criticality ?? (cases.length === 0 ? 'normal' : 'low')],
      text: `criticality ${criticality ?? 'low'}`,
    },
    { points: wide?.points ?? 0, text: `${entities} entities are affected` },
    {
      points: cases.some(({ finding }) => isActiveUse(finding)) ? ACTIVE_USE : 0,
      text: 'a known credential is in use',
    },
    {
      points: cases.some(({ finding }) => isAttackSequence(finding)) ? ATTACK_SEQUENCE : 0,
      text: 'part of an attack sequence',
    },
    {
      points: cases.some(({ context }) => factIn(context, 'bad reputation') !== undefined) ? BAD_REPUTATION : 0,
      text: 'an address or a name of bad reputation',
    },
  ]
}

/** The principal and the instance that a finding is about, in its account. */
const affectedBy = (finding: Finding): readonly string[] =>
  thingsIn(finding).map((name) => `${finding.account}/${name}`)

const thingsIn = ({ credential, instance }: Finding): readonly string[] => [
  ...(credential.kind === 'user-key' ? [credential.user.name] : []),
  ...(credential.kind === 'role-session' ? [credential.role.name] : []),
  ...(credential.kind === 'root' ? ['root'] : []),
  ...(instance === null ? [] : [instance.instanceId]),
]

/** What a finding is about, by the names that people write into a context: principals, keys, instances and addresses. */
export const entitiesOf = (finding: Finding): readonly string[] => [
  ...thingsIn(finding),
  ...('accessKeyId' in finding.credential ? [finding.credential.accessKeyId] : []),
  ...(finding.remoteAddress === null ? [] : [finding.remoteAddress]),
]

const isActiveUse = ({ credential, api }: Finding): boolean => credential.kind !== 'unknown' && api !== null

/** A sequence, or a part of one as far as the normaliser reads that. Source: GuardDuty, AssociatedAttackSequenceArn. */
export const isAttackSequence = (finding: Finding): boolean =>
  finding.type.startsWith('AttackSequence:') ||
  ('attackSequence' in finding && finding.attackSequence !== null && finding.attackSequence !== undefined)

/** Whether people are called now. Everything else waits in its queue, with a deadline where a person has to answer. */
export const wakesPeople = ({
  verdict,
  priority,
}: {
  readonly verdict: Verdict
  readonly priority: Priority
}): boolean => verdict === 'threat' || (verdict === 'inconclusive' && (priority === 'P1' || priority === 'P2'))

const MINUTE_MS = 60_000

const answerWithin: Readonly<Record<Band, number>> = {
  critical: 30 * MINUTE_MS,
  high: 30 * MINUTE_MS,
  medium: 240 * MINUTE_MS,
  low: 1440 * MINUTE_MS,
}

/** How long a person has to answer what rules cannot; then everybody is called. */
export const answerWithinMs = ({ severityMilli }: Pick<Ranked, 'severityMilli'>): number =>
  answerWithin[bandOf(severityMilli / 1000)]
