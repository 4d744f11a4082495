import { changeQuorum } from '#domain/change'
import { placeOf } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import { departureFrom, standingIn } from '#domain/standing-approval'
import { tally } from '#domain/votes'
import type { StandingFacts } from '#store/plans/gate-facts'
import { digestOfChange, statementOf } from '#store/policy/change-statement'
import { believed } from './authority.ts'
import type { Case } from './case.ts'
import { objectionToUndecided } from './undecided.ts'

/**
 * Why the standing approval that the plan names does not count as its quorum, or null when it does. Its votes are counted again, of people as
 * they are now; its plan must be of the shape that was approved, in an account that is automatic.
 */
export function objectionToStanding(asked: Case, policy: Policy): string | null {
  const { plan, facts, ruling } = asked
  const named = plan.standingApproval
  const { standing } = facts
  if (named === undefined || standing === null) return 'There is no standing approval'
  const unapproved = objectionToChange(asked, { standing, digest: named.digest, policy })
  if (unapproved !== null) return unapproved
  if (ruling?.mode !== 'automatic')
    return `The account is in mode ${ruling?.mode ?? 'observe'}: its plans are decided by people`
  const place = placeOf(asked.step.target.account, facts.account)
  const unasked = objectionToUndecided(asked, policy)
  if (unasked !== null) return unasked
  const departure = departureFrom(standingIn(statementOf(standing.row).body), { plan, place, at: facts.now })
  return departure === null ? null : `The standing approval does not cover the plan: ${departure}`
}

interface Named {
  readonly standing: StandingFacts
  readonly digest: string
  readonly policy: Policy
}

/** Why the change is not one that people approved and that is in force, or null when it is. */
function objectionToChange({ facts }: Case, { standing, digest, policy }: Named): string | null {
  const statement = statementOf(standing.row)
  if (digestOfChange(statement) !== standing.row.digest || standing.row.digest !== digest)
    return 'The standing approval is not the one that people approved'
  if (statement.kind !== 'standing-approval' || standing.row.status !== 'in-force')
    return `The standing approval is ${standing.row.status}`
  const votes = tally({
    quorum: changeQuorum(policy),
    proposer: statement.proposer,
    people: facts.people,
    votes: believed(standing.votes, { change: standing.row.digest, isSigned: standing.isSigned }),
  })
  if (votes.kind !== 'approved') return 'The standing approval has no longer the votes of two people of two groups'
  return null
}
