import { type PlanRuling, placeOf, rulePlan, ruleStep } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import type { Ruling } from '#domain/ruling'
import { eligibleCount } from '#domain/votes'
import type { Case } from './case.ts'

type Asked = Pick<Case, 'plan' | 'step' | 'facts'>

/** What the policy wants of the plan: since it was proposed, and now; when only one of the two is stricter, that one. */
export function rulingOn(asked: Asked, policy: Policy): PlanRuling {
  const { plan, facts } = asked
  return rulePlan(policy, {
    ...around(asked),
    purpose: plan.purpose,
    steps: plan.steps,
    // What is no time is refused by its own condition.
    moments: Number.isNaN(Date.parse(plan.proposedAt)) ? [facts.now] : [plan.proposedAt, facts.now],
  })
}

/** What the policy wants of the step, now; null where no policy can be trusted. */
export function rulingOnStep(asked: Case): Ruling | null {
  const { policy, ruling, step, facts } = asked
  if (policy === null || ruling === null) return null
  return ruleStep(policy, step, { ...around(asked), at: facts.now, least: ruling.tier })
}

const around = ({ plan, step, facts }: Asked) => ({
  place: placeOf(step.target.account, facts.account),
  severity: facts.severity,
  pool: eligibleCount(facts.people, { proposer: plan.proposer, authors: facts.authors }),
})
