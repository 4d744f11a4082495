import { setTimeout as pause } from 'node:timers/promises'
import { Kysely, Migrator, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { fitOf } from '#domain/schema-version'
import type { Database } from './database.ts'
import { migrations } from './migrations/index.ts'
import { madeMigrations, requireSchema } from './require-schema.ts'
import { databaseRole, type ProcessRole, processRoles, rights } from './roles.ts'

/**
 * Brings the database to this version’s schema and gives every process its role, password and rights.
 * Idempotent; two at once are serialised by Kysely’s lock.
 */
export async function migrate(ownerUrl: string, passwords: Readonly<Record<ProcessRole, string>>): Promise<void> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: ownerUrl, max: 2 }) }),
  })
  try {
    await makeMissing(db)
    for (const role of processRoles) {
      await keepRole(db, role, passwords[role])
      await grant(db, role)
    }
  } finally {
    await db.destroy()
  }
}

async function makeMissing(db: Kysely<unknown>): Promise<void> {
  // Only the names of what was made are read; the tables may be of any version.
  const fit = fitOf(await madeMigrations(db as Database), Object.keys(migrations))
  // What a later version only added is left as it is: Kysely would refuse names that it does not know.
  if (fit.kind !== 'behind') return requireSchema(db as Database)
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error instanceof Error ? error : new Error(String(error))
}

const ATTEMPTS = 20
const PAUSE_MS = 50

/** Roles belong to the cluster, and locks to a database: another database of it may be making the same one at this moment. */
async function keepRole(db: Kysely<unknown>, role: ProcessRole, password: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await makeRole(db, role, password)
    } catch (error) {
      if (attempt >= ATTEMPTS || !/concurrently|already exists|duplicate key/.test(String(error))) throw error
      await pause(PAUSE_MS)
    }
  }
}

/** The password is no part of a statement, because Postgres writes statements that failed to its log, with those inside of them. */
async function makeRole(db: Kysely<unknown>, role: ProcessRole, password: string): Promise<void> {
  const name = sql.id(databaseRole(role))
  await db.transaction().execute(async (tx) => {
    await sql`select set_config('cordon.password', ${password}, true)`.execute(tx)
    await sql`do $$ begin
      if not exists (select from pg_roles where rolname = ${sql.lit(databaseRole(role))}) then create role ${name} login; end if;
      execute format('alter role %I login password %L', ${sql.lit(databaseRole(role))}, current_setting('cordon.password'));
      exception when others then raise exception using errcode = sqlstate, message = sqlerrm;
    end $$`.execute(tx)
  })
}

async function grant(db: Kysely<unknown>, role: ProcessRole): Promise<void> {
  const name = sql.id(databaseRole(role))
  await sql`revoke all on all tables in schema public from ${name}`.execute(db)
  await sql`grant usage on schema public to ${name}`.execute(db)
  for (const [table, allowed] of Object.entries(rights[role]))
    await sql`grant ${sql.raw(allowed.join(', '))} on ${sql.id(table)} to ${name}`.execute(db)
}
