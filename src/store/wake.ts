import { sql } from 'kysely'
import type { Tx } from './database.ts'

/**
 * Asks, in the transaction of a change, that the incident reads its record again.
 * True when nothing was waiting before: the caller then sends the one signal, after its commit.
 */
export async function raiseWake(tx: Tx, incident: string): Promise<boolean> {
  const { requested, handled } = await tx
    .insertInto('wake')
    .values({ incident })
    .onConflict((conflict) =>
      conflict.column('incident').doUpdateSet({
        requested: sql`wake.requested + 1`,
        // Kept while unhandled: the sweeper counts the wait from the first request.
        requested_at: sql`case when wake.handled = wake.requested then clock_timestamp() else wake.requested_at end`,
      }),
    )
    .returning(['requested', 'handled'])
    .executeTakeFirstOrThrow()
  return requested === handled + 1
}

/** Marks every request that was made before this read as handled. */
export async function handleWake(tx: Tx, incident: string): Promise<void> {
  await tx.updateTable('wake').set({ handled: sql`requested` }).where('incident', '=', incident).execute()
}
