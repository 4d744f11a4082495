import { sql } from 'kysely'
import { eventBytes } from '#audit/event'
import type { NewEvent } from '#domain/events'
import type { Tx } from './database.ts'

/**
 * Tells the log what the surrounding transaction changes: canonical bytes, numbered within the stream, pending for the sealer.
 * Commits and fails with the change that it describes.
 */
export async function record(tx: Tx, event: NewEvent): Promise<void> {
  // One writer per stream at a time, so that its numbers are dense; other streams go on.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`stream/${event.stream}`}, 0))`.execute(tx)
  const { seq, at } = await nextPlace(tx, event.stream)
  const body = Buffer.from(eventBytes({ ...event, seq, at }))
  const { id } = await tx
    .insertInto('audit_entry')
    .values({ stream: event.stream, seq, type: event.type, body, at })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx.insertInto('audit_pending').values({ id }).execute()
}

async function nextPlace(tx: Tx, stream: string): Promise<{ readonly seq: number; readonly at: string }> {
  const { rows } = await sql<{ seq: number; at: string }>`
    select coalesce(max(seq), 0) + 1 as seq,
           to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
      from audit_entry where stream = ${stream}`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new TypeError('An aggregate always gives a row')
  return row
}
