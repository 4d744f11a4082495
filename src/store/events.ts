import { sql } from 'kysely'
import { eventBytes } from '#audit/event'
import type { NewEvent } from '#domain/events'
import type { Tx } from './database.ts'

/**
 * Tells the log what the surrounding transaction changes: canonical bytes, numbered within the stream, pending for the sealer.
 * Commits and fails with the change that it describes.
 */
export async function record(tx: Tx, event: NewEvent): Promise<void> {
  const { seq, at } = await nextPlace(tx, event.stream)
  const body = Buffer.from(eventBytes({ ...event, seq, at }))
  await sql`
    with entry as (
      insert into audit_entry (stream, seq, type, body, at)
      values (${event.stream}, ${seq}, ${event.type}, ${body}, ${at}) returning id)
    insert into audit_pending select id from entry`.execute(tx)
}

/** One writer per stream at a time until the commit, so that its numbers are dense; other streams go on. */
async function nextPlace(tx: Tx, stream: string): Promise<{ readonly seq: number; readonly at: string }> {
  const { rows } = await sql<{ seq: number; at: string }>`select seq, at from next_event_place(${stream})`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new TypeError('The function always gives a row')
  return row
}
