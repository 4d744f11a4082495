import { setTimeout as pause } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Database } from '#store/database/database'
import { preparing } from '#store/database/prepared'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

const ASKED = 20

let database: FreshDatabase
let db: Database
let close: () => Promise<void>
beforeAll(async () => {
  database = await freshDatabase()
  ;({ db, close } = connect(database.ownerUrl, 1))
})
afterAll(async () => {
  await close()
  await database.drop()
})

const named = async (): Promise<readonly string[]> => {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)
  return rows.map(({ statement }) => statement)
}

describe('a statement that is asked again and again', () => {
  const ids = (id: string) => db.selectFrom('incident').select('id').where('id', '=', id).execute()
  const all = (id: string) => db.selectFrom('incident').selectAll().where('id', '=', id).execute()

  it('is planned once by a connection, and answers each time for what is asked', async () => {
    for (let asked = 0; asked < ASKED; asked++) expect(await ids(`inc-${asked}`)).toEqual([])
    expect((await named()).filter((text) => text.includes('from "incident"'))).toHaveLength(1)
  })

  it('is planned each time when it asks for every column, so that a migration under it adds one', async () => {
    for (let asked = 0; asked < ASKED; asked++) await Promise.all([all('inc-1'), ids('inc-1')])
    await sql`alter table incident add column added_meanwhile text`.execute(db)
    expect(await all('inc-1')).toEqual([])
    expect(await ids('inc-1')).toEqual([])
    expect((await named()).filter((text) => text.includes('*'))).toEqual([])
  })

  it('finds the partial index of a conflict each time', async () => {
    await sql`create table parted (key text, status text)`.execute(db)
    await sql`create unique index on parted (key) where status <> 'closed'`.execute(db)
    for (let asked = 0; asked < ASKED; asked++)
      await sql`insert into parted values (${'one'}, ${'open'}) on conflict (key) where status <> ${'closed'} do nothing`.execute(
        db,
      )
    const { rows } = await sql`select key from parted`.execute(db)
    expect(rows).toHaveLength(1)
  })

  it('goes on after a transaction that failed', async () => {
    const failing = db.transaction().execute(async (tx) => {
      await tx.selectFrom('incident').select('id').where('id', '=', 'inc-1').execute()
      await sql`select 1 / ${0}::int`.execute(tx)
    })
    await expect(failing).rejects.toThrow(/division by zero/)
    expect(await ids('inc-1')).toEqual([])
  })

  it('is planned anew once its plan is old, for a table that has grown without statistics', async () => {
    const OLD_MS = 100
    const pool = new pg.Pool({ connectionString: database.ownerUrl, max: 1 })
    const growing = new Kysely<never>({ dialect: new PostgresDialect({ pool: preparing(pool, OLD_MS) }) })
    const ask = (id: string) => sql`select filling from growing where id = ${id}`.execute(growing)
    const planOf = async (): Promise<string> => {
      const { rows } = await sql.raw<Record<string, string>>(`explain execute cordon_1('1')`).execute(growing)
      return rows.map((row) => Object.values(row).join()).join(' ')
    }
    await sql`create table growing (id text primary key, filling text)`.execute(growing)
    await sql`insert into growing values ('0', 'one row')`.execute(growing)
    await sql`analyze growing`.execute(growing)
    for (let asked = 0; asked < ASKED; asked++) await ask('0')
    expect(await planOf()).toContain('Seq Scan')
    await sql`insert into growing select n::text, repeat('x', 500) from generate_series(1, 20000) n`.execute(growing)
    await pause(2 * OLD_MS)
    await ask('1')
    expect(await planOf()).toContain('Index Scan')
    await growing.destroy()
  })
})
