import { digestOfChange, statementOf } from './change-statement.ts'
import { genuineVotes } from './change-votes.ts'
import type { Tx } from './database.ts'

/** Fewer never bring a policy into force, whatever it says. */
const LEAST_PEOPLE = 2

/**
 * Whether the policy is the first one of the installation, which only its owner can write, or one that people brought into force: by a change
 * that names it, is what was proposed, and has the genuine votes of two others than who proposed it. They may have left since.
 */
export async function isPolicyAuthorised(tx: Tx, digest: string): Promise<boolean> {
  const versions = await tx
    .selectFrom('policy_version')
    .select(['version', 'policy', 'change'])
    .orderBy('version')
    .execute()
  if (versions[0]?.policy === digest) return true
  for (const { policy, change } of versions)
    if (policy === digest && change !== null && (await isDecided(tx, { change, digest }))) return true
  return false
}

async function isDecided(
  tx: Tx,
  { change, digest }: { readonly change: string; readonly digest: string },
): Promise<boolean> {
  const row = await tx.selectFrom('change').selectAll().where('id', '=', change).executeTakeFirst()
  if (row === undefined) return false
  const statement = statementOf(row)
  if (statement.kind !== 'policy' || row.status !== 'in-force') return false
  if (digestOfChange(statement) !== row.digest || statement.body['policy'] !== digest) return false
  const votes = await genuineVotes(tx, row)
  const approving = new Set(
    votes
      .filter((vote) => vote.decision === 'approve' && vote.person !== statement.proposer)
      .map(({ person }) => person),
  )
  return approving.size >= LEAST_PEOPLE
}
