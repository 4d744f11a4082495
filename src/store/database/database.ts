import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { preparing } from './prepared.ts'
import type { DB } from './schema.generated.ts'

export type Database = Kysely<DB>
export type Tx = Transaction<DB>

// Counts and log positions fit a JavaScript number; text would be compared as text.
const INT8_OID = 20
pg.types.setTypeParser(INT8_OID, Number)

/** A process that hangs in the middle of a transaction would keep everybody from what it locked. */
const LONGEST_SILENCE_MS = 15_000
const pools = new WeakMap<Database, pg.Pool>()

/** The connections of what `connect` gave: all of them, those that are idle, and requests that wait for one. */
export function poolState(db: Database): { readonly total: number; readonly idle: number; readonly waiting: number } {
  const pool = pools.get(db)
  return { total: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 }
}

/** One pool of connections; `close` ends it. */
export function connect(
  databaseUrl: string,
  connections: number,
): { readonly db: Database; readonly close: () => Promise<void> } {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    idle_in_transaction_session_timeout: LONGEST_SILENCE_MS,
  })
  // A connection that the server closes fails the query that uses it, or is replaced at the next use; without a listener it would
  // end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: preparing(pool) }) })
  pools.set(db, pool)
  return { db, close: () => db.destroy() }
}
