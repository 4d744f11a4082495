import { type RawBuilder, sql } from 'kysely'
import { eventBytes } from '#audit/event'
import { actorText, type NewEvent } from '#domain/events'
import type { Tx } from '#store/database/database'

/**
 * Tells the log what the surrounding transaction changes: canonical bytes, numbered within the stream, pending for the sealer.
 * Commits and fails with the change that it describes.
 */
export const record = (tx: Tx, event: NewEvent): Promise<void> => recordAll(tx, [event])

/** The same for several events, which follow each other in their streams, at once. */
export async function recordAll(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows: RawBuilder<unknown>[] = []
  const places = await nextPlaces(tx, [...new Set(events.map(({ stream }) => stream))])
  for (const event of events) {
    const { stream, type } = event
    const place = places.get(stream)
    if (place === undefined) throw new TypeError('The function gives a row for every stream')
    const body = Buffer.from(eventBytes({ ...event, ...place }))
    rows.push(sql`(${stream}, ${place.seq}, ${type}, ${actorText(event.actor)}, ${body}, ${place.at})`)
    places.set(stream, { ...place, seq: place.seq + 1 })
  }
  await sql`
    with entry as (
      insert into audit_entry (stream, seq, type, actor, body, at)
      values ${sql.join(rows)} returning id)
    insert into audit_pending select id from entry`.execute(tx)
}

interface Place {
  readonly seq: number
  readonly at: string
}

/** One writer per stream at a time until the commit, so that its numbers are dense; other streams go on. */
async function nextPlaces(tx: Tx, streams: readonly string[]): Promise<Map<string, Place>> {
  const { rows } = await sql<Place & { stream: string }>`
    select stream, seq, at from unnest(${streams}::text[]) as stream, next_event_place(stream)`.execute(tx)
  return new Map(rows.map(({ stream, seq, at }) => [stream, { seq, at }]))
}
