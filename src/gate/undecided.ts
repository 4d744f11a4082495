import { shortHash } from '#domain/ids'
import { foreignStep, stepsOnTimeout, whoStopped } from '#domain/on-timeout'
import { placeOf } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import { eligibleCount, tally } from '#domain/votes'
import { type Case, readPlan } from './case.ts'

/**
 * Why the plan cannot be what the policy has carried out because nobody decided another one, or null when it can, or says nothing of the kind. The
 * other plan is read from its own bytes and votes: its status is the worker’s word.
 */
export function objectionToUndecided(asked: Case, policy: Policy): string | null {
  const { plan, step, facts } = asked
  if (plan.undecided === undefined) return null
  const named = shortHash(plan.undecided)
  const other = facts.undecided === null ? null : (readPlan(facts.undecided.row)?.plan ?? null)
  if (facts.undecided === null || other === null || other.incident !== plan.incident)
    return `There is no plan ${named} of the incident that nobody decided`
  const { row, votes } = facts.undecided
  if (row.status !== 'expired' || !(Date.parse(facts.now) > Date.parse(other.decideBy)))
    return `Plan ${named} can still be decided, or was`
  const stopped = whoStopped(votes)
  if (stopped !== null) return `${stopped} denied or held plan ${named}`
  if (tally({ ...other, authors: facts.authors, people: facts.people, votes }).kind === 'approved')
    return `Plan ${named} was decided`
  const around = {
    place: placeOf(step.target.account, facts.account),
    severity: facts.severity,
    pool: eligibleCount(facts.people, { proposer: plan.proposer, authors: facts.authors }),
    at: facts.now,
  }
  const foreign = foreignStep(plan.steps, stepsOnTimeout(policy, other.steps, around))
  return foreign === undefined
    ? null
    : `The policy does not have step ${foreign.index + 1} carried out when nobody decides plan ${named}`
}
