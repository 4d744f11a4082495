import { sql } from 'kysely'
import type { Database } from '#store/database/database'

/** Longer than any signature counts, on both sides of our clock. */
const KEPT = '1 hour'

/** Whether the nonce of the sender is new; from now on it is not. Of several that ask at once one is told so. */
export async function spendNonce(db: Database, sender: string, nonce: string): Promise<boolean> {
  await db.deleteFrom('push_nonce').where(sql<boolean>`at < clock_timestamp() - ${KEPT}::interval`).execute()
  const spent = await db
    .insertInto('push_nonce')
    .values({ sender, nonce })
    .onConflict((conflict) => conflict.columns(['sender', 'nonce']).doNothing())
    .returning('nonce')
    .executeTakeFirst()
  return spent !== undefined
}
