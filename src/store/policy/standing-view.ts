import type { Database } from '#store/database/database'
import { changeVotes } from './change-votes.ts'

/** The standing approval that counts as a plan’s quorum, and whose votes it has. */
export async function standingView(db: Database, change: string) {
  const row = await db
    .selectFrom('change')
    .select(['title', 'status'])
    .where('id', '=', change)
    .executeTakeFirstOrThrow()
  return { change, ...row, votes: await changeVotes(db, change) }
}
