import { sql } from 'kysely'
import { fitOf } from '#domain/schema-version'
import type { Database } from './database.ts'
import { migrations } from './migrations/index.ts'
import { sqlState } from './retrying.ts'

const NO_TABLE = '42P01'
/** An earlier version gave its processes no right to look. */
const NO_RIGHT = '42501'

/** The names of the migrations that were made, in their order. */
export async function madeMigrations(db: Database): Promise<readonly string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    return rows.map(({ name }) => name)
  } catch (error) {
    if (sqlState(error) === NO_TABLE) return []
    throw error
  }
}

/**
 * Throws with what to do when the tables are those of another version. A database that cannot be reached now is no other version: whoever
 * needs it says so, and it may come back.
 */
export async function requireSchema(db: Database): Promise<void> {
  const made = await reachedMigrations(db)
  if (made === undefined) return
  const fit = fitOf(made, Object.keys(migrations))
  if (fit.kind === 'behind')
    throw new Error(
      `The database lacks the migrations ${fit.missing.join(', ')}: start the supervisor, or the job that migrates, of this version first.`,
    )
  if (fit.kind === 'ahead')
    throw new Error(
      `The database was migrated by a later version (${fit.later.join(', ')}), with which this one cannot run: start that version, or bring the backup of before the upgrade back.`,
    )
}

/** Statements that Postgres refused have its SQLSTATE; without one, or with one of these classes, it could not be asked. */
const REFUSED = /^(?!08|53|57|E)[0-9A-Z]{5}$/

async function reachedMigrations(db: Database): Promise<readonly string[] | undefined> {
  try {
    return await madeMigrations(db)
  } catch (error) {
    if (sqlState(error) === NO_RIGHT) return []
    if (REFUSED.test(sqlState(error))) throw error
    return undefined
  }
}
