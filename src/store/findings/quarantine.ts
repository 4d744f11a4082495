import { sha256Hex } from '#audit/digest'
import type { Reread } from '#domain/reread'
import type { Database } from '#store/database/database'
import { record } from '#store/log/events'
import { askAgain } from './rereads.ts'

export interface Unreadable {
  readonly reason: string
  readonly raw: unknown
  readonly channel: string
  /** What it is, where its producer can be asked for it. */
  readonly again?: Reread
}

// All of whatever may be read one day: a finding is at most as large.
const KEPT_CHARACTERS = 1024 * 1024
const KEPT_LEVELS = 64
const AT_ONCE = 500

/** Keeps what could not be read, with the reason, and has its producer asked for it; the same once more changes nothing. */
export async function quarantine(db: Database, all: readonly Unreadable[]): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE) await quarantineSome(db, all.slice(from, from + AT_ONCE))
}

async function quarantineSome(db: Database, some: readonly Unreadable[]): Promise<void> {
  const rows = new Map(some.map((one) => [digestOfText(`${one.reason}\n${textOf(one.raw)}`), one]))
  const sorted = [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1))
  await db.transaction().execute(async (tx) => {
    const kept = await tx
      .insertInto('quarantine')
      .values(
        sorted.map(([digest, { reason, raw, channel }]) => ({
          digest,
          reason,
          raw: textOf(raw).slice(0, KEPT_CHARACTERS),
          channel,
        })),
      )
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .returning(['id', 'digest', 'reason'])
      .execute()
    await askAgain(
      tx,
      kept.flatMap(({ id, digest }) => {
        const again = rows.get(digest)?.again
        return again === undefined ? [] : [{ ...again, quarantined: id }]
      }),
    )
    for (const { id, digest, reason } of kept)
      await record(tx, {
        stream: 'system',
        type: 'finding.quarantined',
        actor: { kind: 'cordon', id: 'api' },
        text: `A finding could not be read: ${reason}`,
        refs: { quarantine: id },
        body: { digest },
      })
  })
}

const digestOfText = (text: string): string => sha256Hex(Buffer.from(text))

function textOf(raw: unknown): string {
  try {
    return JSON.stringify(raw) ?? ''
  } catch {
    // Nested beyond what can be written: its upper levels tell what it was.
    return JSON.stringify(upper(raw, KEPT_LEVELS))
  }
}

function upper(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (levels === 0) return '…'
  if (Array.isArray(value)) return value.map((item) => upper(item, levels - 1))
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, upper(member, levels - 1)]))
}
