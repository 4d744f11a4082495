import { sql } from 'kysely'
import type { Tx } from '#store/database/database'

/**
 * Asks, in the transaction of a change, that the incident reads its record again. The caller sends a signal after its commit, also when another one is on
 * its way: that of findings may rest.
 */
export async function raiseWake(tx: Tx, incident: string): Promise<true> {
  await raiseWakes(tx, [incident])
  return true
}

/** The same for the findings of several incidents at once; those for which nothing was waiting before: they need the one signal. */
export async function raiseWakes(tx: Tx, incidents: readonly string[]): Promise<ReadonlySet<string>> {
  if (incidents.length === 0) return new Set()
  const rows = await tx
    .insertInto('wake')
    .values(incidents.map((incident) => ({ incident })))
    .onConflict((conflict) =>
      conflict.column('incident').doUpdateSet({
        requested: sql`wake.requested + 1`,
        // Kept while unhandled: the sweeper counts the wait from the first request.
        requested_at: sql`case when wake.handled = wake.requested then clock_timestamp() else wake.requested_at end`,
      }),
    )
    .returning(['incident', 'requested', 'handled'])
    .execute()
  return new Set(rows.filter(({ requested, handled }) => requested === handled + 1).map(({ incident }) => incident))
}

/** The same for every incident that is not closed, where what is known of the surroundings changes. The sweeper signals them, as many at once as it can. */
export const raiseWakesOfOpen = (tx: Tx): Promise<unknown> =>
  sql`
    insert into wake (incident) select id from incident where status <> 'closed' order by id
    on conflict (incident) do update set requested = wake.requested + 1,
      requested_at = case when wake.handled = wake.requested then clock_timestamp() else wake.requested_at end`.execute(
    tx,
  )

/** Marks every request that was made before this read as handled. */
export async function handleWake(tx: Tx, incident: string): Promise<void> {
  await tx.updateTable('wake').set({ handled: sql`requested` }).where('incident', '=', incident).execute()
}
