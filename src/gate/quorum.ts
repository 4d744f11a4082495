import { type PlanRuling, placeOf, rulePlan, ruleStep } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import type { Ruling } from '#domain/ruling'
import { type Ballot, eligibleCount, type Tally, tally } from '#domain/votes'
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

/** The votes on the plan under the quorum that policy wants: the plan may ask for more people, never for fewer. */
export function ballotOf(asked: Case): Ballot {
  const { plan, facts, policy } = asked
  const wanted = policy === null ? plan.quorum : rulingOn(asked, policy).quorum
  const from = [...new Set([...(plan.quorum.from ?? []), ...(wanted.from ?? [])])]
  return {
    quorum: {
      required: Math.max(plan.quorum.required, wanted.required),
      groups: Math.max(plan.quorum.groups, wanted.groups),
      from,
    },
    proposer: plan.proposer,
    people: facts.people,
    votes: facts.votes,
  }
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
