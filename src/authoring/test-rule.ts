import type { Finding } from '#domain/finding'
import type { Case, TriageRule } from '#domain/triage/assessment'
import { type ContextFacts, noContext } from '#domain/triage/facts'
import { type FindingJudgement, judgeFinding } from '#domain/verdict'

export interface RuleTest {
  readonly finding: Finding
  /** What the context says; nothing when it is left out. */
  readonly context?: Partial<ContextFacts>
  /** Rules that answer beside it. */
  readonly beside?: readonly TriageRule[]
}

/** What the rule makes of a finding, as an incident would have it; `inconclusive` by the rule `none` when it says nothing. */
export function testRule(rule: TriageRule, { finding, context = {}, beside = [] }: RuleTest): FindingJudgement {
  const seen: Case = { finding, context: { ...noContext, ...context } }
  return judgeFinding([rule, ...beside.filter(({ id }) => id !== rule.id)], seen)
}
