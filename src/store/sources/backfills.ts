import { sql } from 'kysely'
import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'

export interface BackfillRequest {
  /** ISO 8601. */
  readonly since: string
  readonly account: string | null
  readonly region: string | null
}

export interface Backfill extends BackfillRequest {
  readonly id: string
  readonly requestedBy: string
  /** Findings that were read; most of them may have been known. */
  readonly found: number
  readonly problem: string | null
  readonly doneAt: string | null
}

/** Asks the intake to read older findings. It begins within seconds, and goes on after a restart. */
export async function requestBackfill(db: Database, request: BackfillRequest, person: Person): Promise<Backfill> {
  const row = await db
    .insertInto('backfill')
    .values({ ...request, requested_by: person.id })
    .returningAll()
    .executeTakeFirstOrThrow()
  return asBackfill(row)
}

/** The one that waits longest, or undefined. */
export async function waitingBackfill(db: Database): Promise<Backfill | undefined> {
  const row = await db
    .selectFrom('backfill')
    .selectAll()
    .where('done_at', 'is', null)
    .orderBy('requested_at')
    .limit(1)
    .executeTakeFirst()
  return row && asBackfill(row)
}

/** Undefined when there is none of that id. */
export async function backfillOf(db: Database, id: string): Promise<Backfill | undefined> {
  const row = await db.selectFrom('backfill').selectAll().where('id', '=', id).executeTakeFirst()
  return row && asBackfill(row)
}

export const countFound = async (db: Database, id: string, more: number): Promise<void> =>
  void (await db
    .updateTable('backfill')
    .set({ found: sql<number>`found + ${more}` })
    .where('id', '=', id)
    .execute())

/** What could not be read is said beside what was. */
export const endBackfill = async (db: Database, id: string, problem: string | null): Promise<void> =>
  void (await db
    .updateTable('backfill')
    .set({ problem, done_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute())

interface Row {
  readonly id: string
  readonly since: Date
  readonly account: string | null
  readonly region: string | null
  readonly requested_by: string
  readonly found: number
  readonly problem: string | null
  readonly done_at: Date | null
}

const asBackfill = (row: Row): Backfill => ({
  id: row.id,
  since: row.since.toISOString(),
  account: row.account,
  region: row.region,
  requestedBy: row.requested_by,
  found: row.found,
  problem: row.problem,
  doneAt: row.done_at?.toISOString() ?? null,
})
