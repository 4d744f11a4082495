import { sql } from 'kysely'
import type { Actor } from '#domain/events'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { retrying } from '#store/database/retrying'
import type { Page } from '#store/incidents/views'
import { record } from '#store/log/events'
import { type Received, type ReceivedFinding, receiveAll } from './findings.ts'

export interface QuarantineRow {
  readonly id: string
  readonly reason: string
  readonly channel: string
  readonly receivedAt: string
  /** When it was read after all, and the key of the finding. */
  readonly readAt: string | null
  readonly finding: string | null
}

/** What could not be read and still waits, newest first. Throws `invalid_input` for a cursor that no page gave. */
export async function listQuarantine(
  db: Database,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<Page<QuarantineRow>> {
  let query = db.selectFrom('quarantine').select(shown).where('read_at', 'is', null)
  if (cursor !== undefined) {
    const last = await db.selectFrom('quarantine').select('id').where('id', '=', cursor).executeTakeFirst()
    if (last === undefined) throw refusal('invalid_input', 'The cursor is none that a page gave')
    query = query.where(sql<boolean>`(received_at, id) < (select received_at, id from quarantine where id = ${cursor})`)
  }
  const rows = await query
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  return { items: page.map(asRow), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
}

const shown = ['id', 'reason', 'channel', 'received_at', 'read_at', 'finding'] as const

interface Shown {
  readonly id: string
  readonly reason: string
  readonly channel: string
  readonly received_at: Date
  readonly read_at: Date | null
  readonly finding: string | null
}

const asRow = ({ id, reason, channel, received_at, read_at, finding }: Shown): QuarantineRow => ({
  id,
  reason,
  channel,
  receivedAt: received_at.toISOString(),
  readAt: read_at?.toISOString() ?? null,
  finding,
})

/** One of them with what came, as JSON text. Throws `not_found`. */
export async function quarantinedOne(db: Database, id: string): Promise<QuarantineRow & { readonly raw: string }> {
  const row = await db
    .selectFrom('quarantine')
    .select([...shown, 'raw'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `Nothing is quarantined as ${id}`)
  return { ...asRow(row), raw: row.raw }
}

/** What the present normalisers make of it: one finding, or why it still is none. */
export type ReadAgain = Omit<ReceivedFinding, 'channel'> | { readonly reason: string }

export interface Retried {
  readonly state: 'accepted' | 'quarantined'
  readonly reason: string | null
  readonly finding: string | null
  readonly incident: string | null
  /** Whom to signal after the commit. */
  readonly woken: readonly Received[]
}

/**
 * Reads what was quarantined again, and takes it in by the channel that it came by, in one transaction. What still cannot be read stays, with
 * the reason of now. Read already changes nothing and answers where it went. Throws `not_found`.
 */
export const readQuarantined = (
  db: Database,
  retry: {
    readonly id: string
    readonly actor: Actor
    readonly read: (kept: { readonly raw: string; readonly reason: string }) => ReadAgain
  },
): Promise<Retried> =>
  retrying(() =>
    db.transaction().execute(async (tx) => {
      const { id, actor, read } = retry
      const row = await tx.selectFrom('quarantine').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
      if (row === undefined) throw refusal('not_found', `Nothing is quarantined as ${id}`)
      if (row.finding !== null) return { ...(await whereIs(tx, row.finding)), woken: [] }
      const again = read(row)
      if ('reason' in again)
        return { state: 'quarantined', reason: again.reason, finding: null, incident: null, woken: [] }
      const woken = await receiveAll(tx, [{ ...again, channel: row.channel }])
      const { key, type } = again.finding
      await tx
        .updateTable('quarantine')
        .set({ read_at: sql<Date>`clock_timestamp()`, finding: key })
        .where('id', '=', id)
        .execute()
      await record(tx, {
        stream: 'system',
        type: 'finding.read-again',
        actor,
        text: `What was quarantined could be read after all: ${type}`,
        refs: { quarantine: id, key, incident: woken[0]?.incident ?? '' },
      })
      return { ...(await whereIs(tx, key)), woken }
    }),
  )

async function whereIs(tx: Tx, key: string): Promise<Omit<Retried, 'woken'>> {
  const row = await tx.selectFrom('finding').select('incident').where('key', '=', key).executeTakeFirstOrThrow()
  return { state: 'accepted', reason: null, finding: key, incident: row.incident }
}
