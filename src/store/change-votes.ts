import { sql } from 'kysely'
import type { ChangeDecision } from '#domain/change'
import type { Vote } from '#domain/votes'
import type { Database, Tx } from './database.ts'
import { inLiveSignIn } from './live-sign-in.ts'

export interface ChangeVote extends Vote {
  readonly decision: ChangeDecision
  readonly reason: string | null
}

interface Row {
  readonly person: string
  readonly decision: string
  readonly reason: string | null
  readonly at: Date
}

// The column’s check constraint has the two decisions.
const voteOf = ({ decision, at, ...row }: Row): ChangeVote => ({
  ...row,
  decision: decision as ChangeDecision,
  at: at.toISOString(),
})

/** Every vote on the change, oldest first. */
export async function changeVotes(db: Database | Tx, change: string): Promise<readonly ChangeVote[]> {
  const rows = await db
    .selectFrom('change_vote')
    .select(['person', 'decision', 'reason', 'at'])
    .where('change', '=', change)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map(voteOf)
}

/** Votes on this very digest, each of a sign-in of its person that was live when it was cast. */
export async function genuineVotes(
  tx: Tx,
  { id, digest }: { readonly id: string; readonly digest: string },
): Promise<readonly ChangeVote[]> {
  const { rows } = await sql<Row>`
    select person, decision, reason, at from change_vote vote
     where change = ${id} and digest = ${digest}
       and ${inLiveSignIn({ person: 'vote.person', session: 'vote.session', at: 'vote.at' })}
     order by at, id`.execute(tx)
  return rows.map(voteOf)
}
