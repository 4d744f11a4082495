import { type PlanRuling, placeOf, rulePlan, ruleStep } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import type { Ruling } from '#domain/ruling'
import { eligibleCount } from '#domain/votes'
import type { Case } from './case.ts'

/** What the policy wants of the plan: since it was proposed, and now; when only one of the two is stricter, that one. */
export function rulingOn(asked: Case, policy: Policy): PlanRuling {
  const { plan, facts } = asked
  return rulePlan(policy, {
    ...around(asked),
    purpose: plan.purpose,
    steps: plan.steps,
    // What is no time is refused by its own condition.
    moments: Number.isNaN(Date.parse(plan.proposedAt)) ? [facts.now] : [plan.proposedAt, facts.now],
  })
}

/** What the policy wants of the step, now. */
export const rulingOnStep = (asked: Case, policy: Policy): Ruling =>
  ruleStep(policy, asked.step, { ...around(asked), at: asked.facts.now, least: rulingOn(asked, policy).tier })

const around = ({ plan, step, facts }: Case) => ({
  place: placeOf(step.target.account, facts.account),
  severity: facts.severity,
  pool: eligibleCount(facts.people, plan.proposer),
})
