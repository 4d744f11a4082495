import type { Vote } from '#domain/votes'
import type { BreakerFacts } from '#store/plans/breakers'
import { digestOfChange, statementOf } from '#store/policy/change-statement'
import type { PolicyAuthority, PolicyChange } from '#store/policy/policy-authority'
import type { WitnessedVote } from '#store/votes/witnessed-vote'
import { isSignedFor } from './proof.ts'

/** Fewer never bring a policy into force, whatever it says. */
const LEAST_PEOPLE = 2

/**
 * Whether the policy is the first one of the installation, or one that people brought into force: by a change that names it, is what was proposed,
 * and has the votes of two others than who proposed it. They may have left since.
 */
export const isAuthorised = ({ isFirst, changes }: PolicyAuthority, policy: string): boolean =>
  isFirst || changes.some((change) => isDecided(change, { kind: 'policy', names: policy }))

/** Whether people let Cordon act by itself again. */
export const isClosed = ({ breaker, closings }: BreakerFacts): boolean =>
  closings.some((change) => isDecided(change, { kind: 'breaker', names: breaker.id }))

interface About {
  readonly kind: 'policy' | 'breaker'
  /** What the change’s body says under the name of its kind. */
  readonly names: string
}

function isDecided({ row, votes, isSigned }: PolicyChange, { kind, names }: About): boolean {
  const statement = statementOf(row)
  if (statement.kind !== kind || row.status !== 'in-force') return false
  if (digestOfChange(statement) !== row.digest || statement.body[kind] !== names) return false
  const approving = believed(votes, { change: row.digest, isSigned })
    .filter(({ decision, person }) => decision === 'approve' && person !== statement.proposer)
    .map(({ person }) => person)
  return new Set(approving).size >= LEAST_PEOPLE
}

interface Terms {
  /** The digest that people voted on. */
  readonly change: string
  readonly isSigned: boolean
}

/** Votes of a live sign-in and, where they must be, approvals that a passkey signed. Whoever stops a change needs none. */
export const believed = (votes: readonly WitnessedVote[], { change, isSigned }: Terms): readonly Vote[] =>
  votes.filter((vote) => vote.isGenuine && (!isSigned || vote.decision !== 'approve' || isSignedFor(vote, change)))
