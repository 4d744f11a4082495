import { inspect } from 'node:util'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MIGRATION_NAME } from '#domain/schema-version'
import { connect } from '#store/database/database'
import { migrate } from '#store/database/migrate'
import { migrations } from '#store/database/migrations/index'
import { requireSchema } from '#store/database/require-schema'
import { type ProcessRole, processRoles } from '#store/database/roles'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

const passwords = Object.fromEntries(processRoles.map((role) => [role, 'test'])) as Record<ProcessRole, string>

let database: FreshDatabase
let owner: ReturnType<typeof connect>
beforeEach(async () => {
  database = await freshDatabase()
  owner = connect(database.ownerUrl, 1)
})
afterEach(async () => {
  await owner.close()
  await database.drop()
})

const made = (name: string) =>
  sql`insert into kysely_migration (name, timestamp) values (${name}, 'now')`.execute(owner.db)

async function start(role: ProcessRole): Promise<void> {
  const { db, close } = connect(database.urlOf(role), 1)
  try {
    await requireSchema(db)
  } finally {
    await close()
  }
}

describe('the migrations', () => {
  it('after the first say in their names whether they add or take away', () => {
    expect(
      Object.keys(migrations)
        .slice(1)
        .filter((name) => !MIGRATION_NAME.test(name)),
    ).toEqual([])
  })
})

describe('every process', () => {
  it.each(processRoles)('may compare its version with that of the tables: %s', async (role) => {
    await expect(start(role)).resolves.toBeUndefined()
    await made('0099-expand-for-later')
    await expect(start(role)).resolves.toBeUndefined()
    await made('0100-contract-what-is-gone')
    await expect(start(role)).rejects.toThrow(
      'migrated by a later version (0099-expand-for-later, 0100-contract-what-is-gone)',
    )
    await sql`delete from kysely_migration`.execute(owner.db)
    await expect(start(role)).rejects.toThrow('lacks the migrations 0001-spine')
  })

  it('starts all the same while the database is away', async () => {
    const { db, close } = connect('postgres://cordon_gate:x@127.0.0.1:1/none', 1)
    await expect(requireSchema(db)).resolves.toBeUndefined()
    await close()
  })
})

describe('the migration of an earlier version', () => {
  it('leaves alone what a later one added, and gives the processes their rights', async () => {
    await made('0099-expand-for-later')
    await sql`revoke all on kysely_migration from cordon_gate`.execute(owner.db)
    await migrate(database.ownerUrl, passwords)
    await expect(start('gate')).resolves.toBeUndefined()
  })

  it('refuses tables that a later one took something away from', async () => {
    await made('0100-contract-what-is-gone')
    await expect(migrate(database.ownerUrl, passwords)).rejects.toThrow('bring the backup of before the upgrade back')
  })
})

describe('the passwords of the processes', () => {
  it('are in nothing that Postgres says, or writes to its log, when it refuses them', async () => {
    const weak = new URL(database.ownerUrl)
    ;[weak.username, weak.password] = [`weak_${weak.pathname.slice(-8)}`, 'weak']
    await sql.raw(`create role ${weak.username} login superuser password 'weak'`).execute(owner.db)
    const secret = 'secret-of-the-gate-in-no-log'
    await sql.raw(`alter role ${weak.username} nosuperuser`).execute(owner.db)
    const refused: unknown = await migrate(weak.href, { ...passwords, api: secret }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Error)
    expect(inspect(refused)).not.toContain(secret)
    await sql.raw(`drop role ${weak.username}`).execute(owner.db)
  })
})
