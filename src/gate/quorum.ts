import { entryOf } from '#domain/catalogue/erased'
import { isActionName } from '#domain/catalogue/index'
import { asksPasskey, type Policy, quorumFor, tierOf, tiers } from '#domain/policy'
import { type Ballot, type Tally, tally } from '#domain/votes'
import type { Case } from './case.ts'

/** The votes on the plan under the quorum that policy wants: the plan may ask for more people, never for fewer. */
export function ballotOf({ plan, facts, policy }: Case): Ballot {
  const wanted =
    policy === null ? plan.quorum : quorumFor(tierByCatalogue(plan.steps, policy), environmentOf(facts), policy)
  return {
    quorum: {
      required: Math.max(plan.quorum.required, wanted.required),
      groups: Math.max(plan.quorum.groups, wanted.groups),
    },
    proposer: plan.proposer,
    people: facts.people,
    votes: facts.votes,
  }
}

/** An account that is not registered counts as production. */
const environmentOf = ({ account }: Case['facts']) => account?.environment ?? 'production'

function tierByCatalogue(steps: Case['plan']['steps'], policy: Policy): ReturnType<typeof tierOf> {
  return tierOf(
    steps.map(({ action }) => (isActionName(action) ? entryOf(action).tier : 'R3')),
    policy,
  )
}

/** Whether policy wants each approval proven by a passkey: for the tier by the catalogue, or that of the plan when it is graver. */
export function isPasskeyAsked({ plan, facts, policy }: Case): boolean {
  if (policy === null) return true
  const own = tiers.find((tier) => tier === plan.tier) ?? 'R3'
  const asked = [own, tierByCatalogue(plan.steps, policy)]
  return asked.some((tier) => asksPasskey(tier, [environmentOf(facts)], policy))
}

export const countVotes = (asked: Case): Tally => tally(ballotOf(asked))

/** When the votes first made the quorum; a later vote, or a hold that was taken back, leaves that moment as it was. */
export function quorumAt(asked: Case): string | null {
  const ballot = ballotOf(asked)
  if (ballot.quorum.required === 0) return asked.plan.proposedAt
  const ordered = ballot.votes.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
  const last = ordered.findIndex(
    (_, index) => tally({ ...ballot, votes: ordered.slice(0, index + 1) }).kind === 'approved',
  )
  return ordered[last]?.at ?? null
}
