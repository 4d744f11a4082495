import { sql } from 'kysely'
import { type Actor, actorText } from '#domain/events'
import type { Database } from '#store/database/database'
import type { Page } from './views.ts'

/** One event as people read it. */
export interface TimelineEvent {
  /** Its number in the log: where a stream can go on. */
  readonly id: number
  readonly at: string
  readonly type: string
  /** A person’s id, or `runbook/…`, `cordon/…`, `detector/…`. */
  readonly actor: string
  readonly text: string
  readonly refs: Readonly<Record<string, string>>
}

export interface LoggedEvent extends TimelineEvent {
  /** The incident’s id, or `system`. */
  readonly stream: string
}

export interface TimelineQuestion {
  readonly stream: string
  readonly limit: number
  readonly cursor?: string
}

/** What happened, oldest first. */
export async function timelineOf(
  db: Database,
  { stream, limit, cursor }: TimelineQuestion,
): Promise<Page<TimelineEvent>> {
  const after = Number(cursor ?? 0)
  const rows = await db
    .selectFrom('audit_entry')
    .select(['id', 'stream', 'seq', 'body'])
    .where('stream', '=', stream)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    items: shown.map(({ id, body }) => withoutStream(eventOf(Number(id), body))),
    next: rows.length > limit ? String(shown.at(-1)?.seq) : null,
  }
}

const withoutStream = ({ stream: _, ...event }: LoggedEvent): TimelineEvent => event

/** The body is the canonical bytes that `record` wrote. */
export function eventOf(id: number, body: Buffer): LoggedEvent {
  const { at, type, actor, text, refs, stream } = JSON.parse(body.toString('utf8')) as LoggedBody
  return { id, stream, at, type, actor: actorText(actor), text, refs }
}

type LoggedBody = Omit<LoggedEvent, 'id' | 'actor'> & { readonly actor: Actor }

const AT_ONCE = 1000

/** Events with a greater number, oldest first, at most a thousand. Numbers become visible out of order: a lower one may appear later. */
export async function eventsAfter(db: Database, id: number, stream?: string): Promise<readonly LoggedEvent[]> {
  const rows = await db
    .selectFrom('audit_entry')
    .select(['id', 'body'])
    .where('id', '>', sql<number>`${id}::bigint`)
    .$if(stream !== undefined, (query) => query.where('stream', '=', stream ?? ''))
    .orderBy('id')
    .limit(AT_ONCE)
    .execute()
  return rows.map((row) => eventOf(row.id, row.body))
}

/** The greatest number below which every event can be seen by now: none is younger than `ms` milliseconds. */
export async function settledId(db: Database, ms: number): Promise<number> {
  const { id } = await db
    .selectFrom('audit_entry')
    .select(sql<number | null>`max(id)`.as('id'))
    .where('at', '<', sql<Date>`clock_timestamp() - make_interval(secs => ${ms / 1000})`)
    .executeTakeFirstOrThrow()
  return id ?? 0
}
