import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'

/** The database’s clock, by which everything is judged: those of processes may be wrong. */
export async function clock(db: Database | Tx): Promise<string> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  const [row] = rows
  if (row === undefined) throw new TypeError('A select without a table always gives a row')
  return row.now.toISOString()
}
