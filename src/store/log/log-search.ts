import { sql } from 'kysely'
import { leafHash } from '#audit/merkle'
import type { EventType } from '#domain/events'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { eventOf, type LoggedEvent } from '#store/incidents/timeline'
import type { Page } from '#store/incidents/views'

export interface LogQuestion {
  /** A person’s id, or `runbook/…`, `cordon/…`, `detector/…`. */
  readonly actor?: string
  readonly type?: EventType
  /** The incident’s id, or `system`. */
  readonly stream?: string
  /** ISO 8601; the end is not included. */
  readonly from?: string
  readonly until?: string
  readonly limit: number
  /** The number of the last entry of the page before. */
  readonly cursor?: string
}

/** Events of the log, newest first. */
export async function searchLog(db: Database, question: LogQuestion): Promise<Page<LoggedEvent>> {
  const { actor, type, stream, from, until, limit, cursor } = question
  const rows = await db
    .selectFrom('audit_entry')
    .select(['id', 'body'])
    .$if(actor !== undefined, (query) => query.where('actor', '=', actor ?? ''))
    .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
    .$if(stream !== undefined, (query) => query.where('stream', '=', stream ?? ''))
    .$if(from !== undefined, (query) => query.where('at', '>=', sql<Date>`${from}::timestamptz`))
    .$if(until !== undefined, (query) => query.where('at', '<', sql<Date>`${until}::timestamptz`))
    .$if(cursor !== undefined, (query) => query.where('id', '<', sql<number>`${cursor}::bigint`))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    items: shown.map(({ id, body }) => eventOf(id, body)),
    next: rows.length > limit ? String(shown.at(-1)?.id) : null,
  }
}

export interface LogEntry extends LoggedEvent {
  /** Its place in its stream, from 1. */
  readonly seq: number
  /** The exact bytes, which are canonical JSON. */
  readonly bytes: Buffer
  /** SHA-256 over a zero byte and the bytes, in hex: the leaf of the tree. */
  readonly hash: string
  /** Its place in the tree, from 0; null until the sealer took it in. */
  readonly leaf: number | null
  /** `changed` when the tree was signed over other bytes than these. */
  readonly state: 'sealed' | 'waiting' | 'changed'
  /** The size of the first signed checkpoint that covers it. */
  readonly checkpoint: number | null
}

/** One entry as it is stored, and what the tree says of it. Throws `not_found`. */
export async function logEntry(db: Database, id: string): Promise<LogEntry> {
  const row = await db
    .selectFrom('audit_entry as entry')
    .leftJoin('audit_leaf as leaf', 'leaf.entry', 'entry.id')
    .select(['entry.id', 'entry.seq', 'entry.body', 'leaf.index', 'leaf.hash'])
    .select(sql<number | null>`(select min(size) from checkpoint where size > leaf.index)`.as('checkpoint'))
    .where('entry.id', '=', sql<number>`${id}::bigint`)
    .executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `The log has no entry ${id}`)
  const hash = Buffer.from(leafHash(row.body))
  return {
    ...eventOf(row.id, row.body),
    seq: row.seq,
    bytes: row.body,
    hash: hash.toString('hex'),
    leaf: row.index,
    state: row.hash === null ? 'waiting' : row.hash.equals(hash) ? 'sealed' : 'changed',
    checkpoint: row.checkpoint,
  }
}

export interface SealState {
  /** The newest signed checkpoint; null before the first. */
  readonly checkpoint: {
    readonly size: number
    readonly root: string
    readonly note: string
    readonly at: string
  } | null
  /** Entries that wait for the sealer, and since when the oldest does. */
  readonly waiting: number
  readonly waitingSince: string | null
}

/** How far the log is sealed. */
export async function sealState(db: Database): Promise<SealState> {
  const newest = await db.selectFrom('checkpoint').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst()
  const { waiting, oldest } = await db
    .selectFrom('audit_pending')
    .innerJoin('audit_entry', 'audit_entry.id', 'audit_pending.id')
    .select([sql<number>`count(*)::int`.as('waiting'), sql<Date | null>`min(audit_entry.at)`.as('oldest')])
    .executeTakeFirstOrThrow()
  return {
    checkpoint:
      newest === undefined
        ? null
        : { size: newest.size, root: newest.root.toString('hex'), note: newest.note, at: newest.at.toISOString() },
    waiting,
    waitingSince: oldest?.toISOString() ?? null,
  }
}
