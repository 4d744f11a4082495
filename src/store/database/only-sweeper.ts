import { sql } from 'kysely'
import { mayBeSilent, mustBeHeard } from '#store/sources/silence'
import type { Database } from './database.ts'

type Work = (confirm: () => Promise<void>) => Promise<void>

/** What one process at a time does, whichever of its kind. */
export type OnlyWork = 'sweeper' | 'polls' | 'coverage'

/**
 * Runs the work while this process holds the one lock for it; returns at once when another one holds it.
 * The lock ends with its connection: the work asks `confirm` in each of its rounds, which throws then.
 */
export const asOnly = (db: Database, what: OnlyWork, work: Work): Promise<void> =>
  db.connection().execute(async (held) => {
    const { rows } = await sql<{
      is_ours: boolean
    }>`select pg_try_advisory_lock(hashtextextended(${what}, 0)) as is_ours`.execute(held)
    if (rows[0]?.is_ours !== true) return
    try {
      await mustBeHeard(held)
      await work(async () => void (await sql`select 1`.execute(held)))
    } finally {
      await mayBeSilent(held)
      await sql`select pg_advisory_unlock(hashtextextended(${what}, 0))`.execute(held)
    }
  })

export const asOnlySweeper = (db: Database, work: Work): Promise<void> => asOnly(db, 'sweeper', work)
