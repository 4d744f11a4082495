import { handles } from './finding.ts'
import type { Verdict } from './incident.ts'
import type { Assessment, Case, Confidence, Reason, RuleWeight, TriageRule } from './triage/assessment.ts'
import { type Priority, type PriorityTerm, priorityOf } from './triage/priority.ts'

/** A verdict with the reasons that a responder can check; each names what it rests on. */
export interface Judged {
  readonly verdict: Verdict
  readonly reasons: readonly string[]
  /** How urgent it is; not in histories from before there was one. */
  readonly priority?: Priority
  /** Until when a person has to answer what rules cannot. */
  readonly answerBy?: string | null
}

/** What the rules say of one finding. */
export interface FindingJudgement {
  readonly finding: string
  readonly verdict: Verdict
  readonly confidence: Confidence
  readonly severityMilli: number
  readonly reasons: readonly (Reason & { readonly rule: string })[]
}

/** What the rules say of everything that an incident is about. */
export interface Judgement extends Omit<FindingJudgement, 'finding'> {
  readonly priority: Priority
  readonly points: number
  readonly terms: readonly PriorityTerm[]
}

/** From the gravest to the mildest. What nobody understands is graver than everything but a threat. */
export const gravity: readonly Verdict[] = ['threat', 'inconclusive', 'inappropriate', 'posture', 'benign-expected']

/** The verdict over an incident’s findings: the gravest that any of them gives; with none, nothing is known. */
export function judgeCases(rules: readonly TriageRule[], cases: readonly Case[], beyond = 0): Judgement {
  const judged = [...cases.map((seen) => judgeFinding(rules, seen)), ...unread(beyond, cases)]
  const verdict = gravity.find((grave) => judged.some((one) => one.verdict === grave)) ?? 'inconclusive'
  const decisive = judged.filter((one) => one.verdict === verdict)
  const ranked = {
    verdict,
    confidence: mostConfident(decisive),
    severityMilli: Math.max(0, ...judged.map(({ severityMilli }) => severityMilli)),
  }
  return { ...ranked, reasons: distinct(decisive.flatMap(({ reasons }) => reasons)), ...priorityOf(ranked, cases) }
}

/** Of many findings that say the same, a person reads it once; what is told in a page has an end. */
const MOST_REASONS = 20

const distinct = (reasons: FindingJudgement['reasons']): FindingJudgement['reasons'] =>
  [...new Map(reasons.toReversed().map((reason) => [reason.text, reason])).values()].toReversed().slice(0, MOST_REASONS)

const least: Readonly<Record<string, number>> = { low: 1000, medium: 4000, high: 7000, critical: 9000 }

interface Said extends Assessment {
  readonly rule: string
  readonly weight: RuleWeight
}

/** Of one finding: the gravest that a rule says; an exception answers in place of the others. No rule, no answer: a person. */
export function judgeFinding(rules: readonly TriageRule[], seen: Case): FindingJudgement {
  const { key, severityMilli } = seen.finding
  const said = rules.flatMap((rule) => saidBy(rule, seen))
  const exceptions = said.filter(({ weight }) => weight === 'exception')
  const counting = exceptions.length > 0 ? exceptions : said
  const verdict = gravity.find((grave) => counting.some((one) => one.verdict === grave))
  if (verdict === undefined) return notUnderstood(seen)
  const decisive = counting.filter((one) => one.verdict === verdict)
  return {
    finding: key,
    verdict,
    confidence: mostConfident(decisive),
    severityMilli: Math.max(severityMilli, ...counting.map(({ severity }) => least[severity ?? ''] ?? 0)),
    reasons: decisive.flatMap(({ rule, reasons }) => reasons.map((reason) => ({ ...reason, rule }))),
  }
}

function saidBy(rule: TriageRule, seen: Case): readonly Said[] {
  const { id, weight = 'ordinary' } = rule
  if (!rule.handles.some((pattern) => handles(pattern, seen.finding.type))) return []
  try {
    const said = rule.judge(seen)
    return said === null ? [] : [{ ...said, rule: id, weight }]
  } catch (error) {
    return [failed(id, seen, error)]
  }
}

/** A rule that breaks has not understood the finding, and says so to a person. It is no exception any more: the others still count. */
function failed(rule: string, seen: Case, error: unknown): Said {
  const text = `rule ${rule} failed: ${error instanceof Error ? error.message : String(error)}`
  const reasons = [{ text, cites: [cited(seen, 'type')] }] as const
  return { verdict: 'inconclusive', confidence: 'low', reasons, rule, weight: 'ordinary' }
}

/** What was not looked at one by one is not understood, whatever the rest says. */
function unread(beyond: number, [first]: readonly Case[]): readonly FindingJudgement[] {
  if (beyond === 0 || first === undefined) return []
  const { key } = first.finding
  const text = `${beyond} further findings were not judged one by one`
  const reasons = [{ text, cites: [cited(first, 'key')], rule: 'none' }] as const
  return [{ finding: key, verdict: 'inconclusive', confidence: 'low', severityMilli: 0, reasons }]
}

function notUnderstood(seen: Case): FindingJudgement {
  const { key, type, severityMilli } = seen.finding
  const text = `no rule knows ${type} at severity ${severityMilli / 1000}`
  const reasons = [{ text, cites: [cited(seen, 'type')], rule: 'none' }] as const
  return { finding: key, verdict: 'inconclusive', confidence: 'low', severityMilli, reasons }
}

const cited = ({ finding }: Case, path: string) => ({ kind: 'finding', finding: finding.key, path }) as const

const mostConfident = (several: readonly { readonly confidence: Confidence }[]): Confidence =>
  (['high', 'medium'] as const).find((level) => several.some(({ confidence }) => confidence === level)) ?? 'low'
