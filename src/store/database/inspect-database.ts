import { sql } from 'kysely'
import type { ClockSeen } from '#domain/doctor/clocks'
import type { DatabaseSeen } from '#domain/doctor/database'
import { connect, type Database } from './database.ts'
import { migrations } from './migrations/index.ts'
import { madeMigrations } from './require-schema.ts'

const CONNECTIONS = 1
const PATIENCE_MS = 5_000

export interface DatabaseInspection {
  readonly seen: DatabaseSeen
  /** Null when the database did not answer. */
  readonly clock: ClockSeen | null
}

/** Looks at the server, its clock and its migrations. Changes nothing and throws nothing. */
export async function inspectDatabase(db: Database): Promise<DatabaseInspection> {
  const before = Date.now()
  try {
    const { rows } = await sql<{ version: string; now: Date }>`
      select current_setting('server_version_num') as version, clock_timestamp() as now`.execute(db)
    const after = Date.now()
    const [row] = rows
    const seen = {
      kind: 'answers',
      version: Number(row?.version),
      made: await readableMigrations(db),
      known: Object.keys(migrations),
    } as const
    return { seen, clock: row === undefined ? null : { of: 'the database', at: row.now.getTime(), before, after } }
  } catch (error) {
    return { seen: { kind: 'unreachable', ...causeOf(error) }, clock: null }
  }
}

/** The same for a database by its address. */
export async function inspectDatabaseAt(databaseUrl: string): Promise<DatabaseInspection> {
  const { db, close } = connect(databaseUrl, CONNECTIONS)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<DatabaseInspection>((resolve) => {
    const seen = { kind: 'unreachable', code: 'ETIMEDOUT', reason: `no answer within ${PATIENCE_MS} ms` } as const
    timer = setTimeout(() => resolve({ seen, clock: null }), PATIENCE_MS)
  })
  try {
    return await Promise.race([inspectDatabase(db), late])
  } finally {
    clearTimeout(timer)
    // A server that does not answer does not say good-bye either.
    void close()
  }
}

const NO_RIGHT = '42501'

async function readableMigrations(db: Database): Promise<readonly string[] | null> {
  try {
    return await madeMigrations(db)
  } catch (error) {
    if (causeOf(error).code === NO_RIGHT) return null
    throw error
  }
}

/** A refused connection has its reasons in its parts. */
function causeOf(error: unknown): { readonly code: string; readonly reason: string } {
  if (!(error instanceof Error)) return { code: '', reason: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const reason =
    error instanceof AggregateError ? error.errors.map((one) => causeOf(one).reason).join('; ') : error.message
  return { code, reason }
}
