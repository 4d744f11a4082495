import { unknownPeople } from './ladder-gaps.ts'
import type { Override } from './override.ts'
import { groupsFor, type Policy, quorumFor, tiers } from './policy.ts'
import { missingForQuorum } from './quorum-reach.ts'
import { mayVote, type Person, type Quorum } from './votes.ts'

/** A rule of the policy, and what of the people is missing for it. */
export interface Gap {
  readonly path: string
  readonly missing: string
}

interface Rule {
  readonly path: string
  readonly quorum: Quorum
}

/** Rules whose votes these people could never give, and people whom a ladder names and nobody knows: such a policy cannot come into force. */
export const reachGaps = (policy: Policy, people: readonly Person[]): readonly Gap[] => [
  ...rulesOf(policy).flatMap((rule) => gapOf(rule, people, '')),
  ...laddersOf(policy).flatMap(({ path, ladder }) =>
    ladder.flatMap((rung) => unknownPeople(rung, people)).map((missing) => ({ path, missing })),
  ),
]

/**
 * Rules for which there is no reserve: when the named approver proposes a plan, and so cannot vote on it, or is away, the others are
 * too few.
 */
export function withoutReserve(policy: Policy, people: readonly Person[]): readonly Gap[] {
  const approvers = people.filter((person) => mayVote(person, { proposer: '' }))
  return rulesOf(policy)
    .filter((rule) => gapOf(rule, people, '').length === 0)
    .flatMap((rule) => {
      const needed = approvers.filter(({ id }) => gapOf(rule, people, id).length > 0).map(({ id }) => id)
      return needed.length === 0
        ? []
        : [{ path: rule.path, missing: `without ${needed.join(' or ')} the quorum cannot be reached` }]
    })
}

function gapOf({ path, quorum }: Rule, people: readonly Person[], proposer: string): readonly Gap[] {
  const reached = new Set(people.map(({ id }) => id))
  const missing = missingForQuorum({ quorum, proposer, people, votes: [] }, { reached })
  return missing === null ? [] : [{ path, missing }]
}

const rulesOf = (policy: Policy): readonly Rule[] => [
  ...(['production', 'nonproduction'] as const).flatMap((environment) =>
    tiers.map((tier) => ({
      path: `quorum.${environment}.${tier}`,
      quorum: quorumFor(tier, environment, policy),
    })),
  ),
  ...(policy.overrides ?? []).flatMap((rule, index) => {
    const quorum = quorumOf(rule)
    return quorum === null ? [] : [{ path: `overrides.${index}.set.quorum`, quorum }]
  }),
]

function quorumOf({ set: { required, from = [], tier = 'R2' } }: Override): Quorum | null {
  if (required === undefined && from.length === 0) return null
  const votes = Math.max(required ?? 1, from.length)
  return { required: votes, groups: groupsFor(tier, votes), from }
}

const laddersOf = (policy: Policy): readonly { readonly path: string; readonly ladder: Policy['ladder'] }[] => [
  { path: 'ladder', ladder: policy.ladder },
  ...(policy.overrides ?? []).flatMap(({ set: { ladder } }, index) =>
    ladder === undefined ? [] : [{ path: `overrides.${index}.set.ladder`, ladder }],
  ),
]
