import { type BrokenGlass, glassObjection } from '#domain/break-glass'
import { entryOf } from '#domain/catalogue/erased'
import { isActionName } from '#domain/catalogue/index'
import { type Policy, quorumFor, tierOf } from '#domain/policy'
import { type Ballot, type Tally, tally } from '#domain/votes'
import type { Case } from './case.ts'

/**
 * The votes on the plan under the quorum that policy wants: the plan may ask for more people, never for fewer. Where somebody may act alone
 * and decided to, nobody else is needed; everybody can still deny or hold.
 */
export function ballotOf(asked: Case): Ballot {
  const { plan, facts } = asked
  return {
    quorum: glassOf(asked) === null ? quorumOf(asked) : { required: 0, groups: 0 },
    proposer: plan.proposer,
    people: facts.people,
    votes: facts.votes,
  }
}

function quorumOf({ plan, facts, policy }: Case): Ballot['quorum'] {
  const wanted =
    policy === null ? plan.quorum : quorumFor(tierByCatalogue(plan.steps, policy), environmentOf(facts), policy)
  return {
    required: Math.max(plan.quorum.required, wanted.required),
    groups: Math.max(plan.quorum.groups, wanted.groups),
  }
}

/** Who carries the plan out alone, if they may. */
function glassOf({ plan, facts: { glass, people }, policy }: Case): BrokenGlass | null {
  const person = people.find(({ id }) => id === glass?.person)
  if (person === undefined || policy === null) return null
  return glassObjection({ plan, policy, person }) === null ? glass : null
}

/** An account that is not registered counts as production. */
const environmentOf = ({ account }: Case['facts']) => account?.environment ?? 'production'

function tierByCatalogue(steps: Case['plan']['steps'], policy: Policy): ReturnType<typeof tierOf> {
  return tierOf(
    steps.map(({ action }) => (isActionName(action) ? entryOf(action).tier : 'R3')),
    policy,
  )
}

export const countVotes = (asked: Case): Tally => tally(ballotOf(asked))

/** When the votes first made the quorum; a later vote, or a hold that was taken back, leaves that moment as it was. */
export function quorumAt(asked: Case): string | null {
  const ballot = ballotOf(asked)
  if (ballot.quorum.required === 0) return glassOf(asked)?.at ?? asked.plan.proposedAt
  const ordered = ballot.votes.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
  const last = ordered.findIndex(
    (_, index) => tally({ ...ballot, votes: ordered.slice(0, index + 1) }).kind === 'approved',
  )
  return ordered[last]?.at ?? null
}
