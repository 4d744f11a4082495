import { shortHash } from '#domain/ids'
import { foreignStep, stepsOnTimeout, whoStopped } from '#domain/on-timeout'
import type { Plan } from '#domain/plan'
import { placeOf } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import { eligibleCount, tally, type Vote } from '#domain/votes'
import type { PlanRow } from '#store/plans/gate-facts'
import { type Case, readPlan } from './case.ts'

/** The plan that is said to be undecided, as its bytes and the record have it. */
interface Other {
  readonly row: PlanRow
  readonly plan: Plan
  readonly votes: readonly Vote[]
}

/**
 * Why the plan cannot be what the policy has carried out because nobody decided another one, or null when it can, or says nothing of the kind. The
 * other plan is read from its own bytes and votes: its status alone is the worker’s word.
 */
export function objectionToUndecided(asked: Case, policy: Policy): string | null {
  const { undecided } = asked.plan
  if (undecided === undefined) return null
  const other = otherIn(asked)
  if (other === null) return `There is no plan ${shortHash(undecided)} of the incident that nobody decided`
  return objectionToEnd(asked, other) ?? objectionToSteps(asked, other, policy)
}

function otherIn({ plan, facts: { undecided } }: Case): Other | null {
  const stored = undecided === null ? null : readPlan(undecided.row)
  if (undecided === null || stored === null || stored.plan.incident !== plan.incident) return null
  return { ...undecided, plan: stored.plan }
}

/** Its time is over, nobody stopped it, and there was no quorum. */
function objectionToEnd({ facts }: Case, { row, plan, votes }: Other): string | null {
  const named = shortHash(row.hash)
  const isOver = Date.parse(facts.now) > Date.parse(plan.decideBy)
  if (row.status !== 'expired' || !isOver) return `Plan ${named} can still be decided, or was`
  const stopped = whoStopped(votes)
  if (stopped !== null) return `${stopped} denied or held plan ${named}`
  const { people, authors } = facts
  const { kind } = tally({ quorum: plan.quorum, proposer: plan.proposer, authors, people, votes })
  return kind === 'approved' ? `Plan ${named} was decided` : null
}

function objectionToSteps({ plan, step, facts }: Case, other: Other, policy: Policy): string | null {
  const around = {
    place: placeOf(step.target.account, facts.account),
    severity: facts.severity,
    pool: eligibleCount(facts.people, { proposer: plan.proposer, authors: facts.authors }),
    at: facts.now,
  }
  const foreign = foreignStep(plan.steps, stepsOnTimeout(policy, other.plan.steps, around))
  return foreign === undefined
    ? null
    : `The policy does not have step ${foreign.index + 1} carried out when nobody decides plan ${shortHash(other.row.hash)}`
}
