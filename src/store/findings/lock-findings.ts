import { sql } from 'kysely'
import type { Tx } from '#store/database/database'

/** Versions of one finding come one after the other, also while its first one has no row to lock; all in one order, so that none waits in a circle. */
export async function lockFindings(tx: Tx, keys: readonly string[]): Promise<void> {
  const sorted = [...new Set(keys)].toSorted((one, other) => (one < other ? -1 : 1))
  await sql`select pg_advisory_xact_lock(hashtextextended('finding/' || key, 0))
    from (select key from unnest(${sorted}::text[]) with ordinality as asked (key, place) order by place offset 0) as ordered`.execute(
    tx,
  )
}
