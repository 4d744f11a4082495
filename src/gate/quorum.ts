import { type BrokenGlass, glassObjection } from '#domain/break-glass'
import { type Delegation, unlent } from '#domain/delegation'
import { asksPasskey, tiers } from '#domain/policy'
import { type Ballot, type Quorum, type Tally, tally } from '#domain/votes'
import type { Case } from './case.ts'
import { objectionToStanding } from './standing.ts'

/**
 * The votes on the plan, under the quorum that it needs. Where somebody may act alone and decided to, their own approval is enough; everybody can
 * still deny or hold.
 */
export const ballotOf = (asked: Case): Ballot => ({
  quorum: isStanding(asked) ? NOBODY : glassOf(asked) === null ? quorumOf(asked) : ONE,
  proposer: asked.plan.proposer,
  authors: asked.facts.authors,
  people: asked.facts.people,
  votes: asked.facts.votes,
  delegations: delegationsOf(asked),
})

/** Nobody’s passkey signed a delegation: where votes need one, it lends no groups, and two people are one voice all the same. */
const delegationsOf = (asked: Case): readonly Delegation[] =>
  isPasskeyAsked(asked) ? asked.facts.delegations.map(unlent) : asked.facts.delegations

/** Who was asked beforehand need not be asked again; whoever denies or holds the plan stops it all the same. */
export const isStanding = (asked: Case): boolean =>
  asked.plan.standingApproval !== undefined &&
  asked.policy !== null &&
  objectionToStanding(asked, asked.policy) === null

/** Whether nobody’s vote is needed: the plan was approved beforehand, or policy asks for none. */
export const isUnasked = (asked: Case): boolean => ballotOf(asked).quorum.required === 0

/** Whether fewer people than policy's quorum decided now: nobody’s vote is needed, or one person acts alone. */
export const isAutomatic = (asked: Case): boolean => glassOf(asked) !== null || isUnasked(asked)

const NOBODY: Quorum = { required: 0, groups: 0 }
const ONE: Quorum = { required: 1, groups: 1 }

/** Who carries the plan out alone, if they may and approve it still. */
function glassOf({ plan, facts: { glass, people, votes }, policy, ruling }: Case): BrokenGlass | null {
  const person = people.find(({ id }) => id === glass?.person)
  if (person === undefined || policy === null || ruling === null) return null
  const own = votes.findLast((vote) => vote.person === person.id)
  if (own?.decision !== 'approve') return null
  return glassObjection({ plan, tier: ruling.tier, policy, person }) === null ? glass : null
}

/** What policy wants: the plan may ask for more people, never for fewer. */
function quorumOf(asked: Case): Quorum {
  const { plan, ruling } = asked
  const wanted = ruling?.quorum ?? plan.quorum
  return {
    required: Math.max(plan.quorum.required, wanted.required),
    groups: Math.max(plan.quorum.groups, wanted.groups),
    from: [...new Set([...(plan.quorum.from ?? []), ...(wanted.from ?? [])])],
  }
}

/** Whether policy wants each approval proven by a passkey: for the tier that it rules, or that of the plan when it is graver. */
export function isPasskeyAsked(asked: Case): boolean {
  const { plan, facts, policy, ruling } = asked
  if (policy === null || ruling === null) return true
  const own = tiers.find((tier) => tier === plan.tier) ?? 'R3'
  // An account that is not registered counts as production.
  const environment = facts.account?.environment ?? 'production'
  return [own, ruling.tier].some((tier) => asksPasskey(tier, [environment], policy))
}

export const countVotes = (asked: Case): Tally => tally(ballotOf(asked))

/** When the votes first made the quorum; a later vote, or a hold that was taken back, leaves that moment as it was. */
export function quorumAt(asked: Case): string | null {
  const ballot = ballotOf(asked)
  const alone = glassOf(asked)
  if (alone !== null) return alone.at
  if (ballot.quorum.required === 0) return asked.plan.proposedAt
  const ordered = ballot.votes.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
  const last = ordered.findIndex(
    (_, index) => tally({ ...ballot, votes: ordered.slice(0, index + 1) }).kind === 'approved',
  )
  return ordered[last]?.at ?? null
}
