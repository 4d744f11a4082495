import type { Vote } from '#domain/votes'
import { digestOfChange, statementOf } from '#store/change-statement'
import type { PolicyAuthority, PolicyChange } from '#store/policy-authority'
import type { WitnessedVote } from '#store/witnessed-vote'
import { isSignedFor } from './proof.ts'

/** Fewer never bring a policy into force, whatever it says. */
const LEAST_PEOPLE = 2

/**
 * Whether the policy is the first one of the installation, or one that people brought into force: by a change that names it, is what was proposed,
 * and has the votes of two others than who proposed it. They may have left since.
 */
export const isAuthorised = ({ isFirst, changes }: PolicyAuthority, policy: string): boolean =>
  isFirst || changes.some((change) => isDecided(change, policy))

function isDecided({ row, votes, isSigned }: PolicyChange, policy: string): boolean {
  const statement = statementOf(row)
  if (statement.kind !== 'policy' || row.status !== 'in-force') return false
  if (digestOfChange(statement) !== row.digest || statement.body['policy'] !== policy) return false
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
