import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, type Database } from '#store/database/database'
import { asOnlySealer, newestCheckpoint, SEAL_BATCH, sealPending } from '#store/log/seal'
import { freshDatabase } from '../../support/postgres.ts'
import { expectSound, sign, tell } from './log.ts'

const closing: (() => Promise<void>)[] = []
let sealer: Database
let other: Database
let writer: Database
let owner: Database

beforeEach(async () => {
  const database = await freshDatabase()
  const open = (url: string, connections: number) => {
    const { db, close } = connect(url, connections)
    closing.push(close)
    return db
  }
  sealer = open(database.urlOf('sealer'), 1)
  other = open(database.urlOf('sealer'), 1)
  writer = open(database.urlOf('worker'), 8)
  owner = open(database.ownerUrl, 2)
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const sealAll = async (db: Database) => {
  while ((await sealPending(db, sign)) !== undefined);
}

describe('sealing', () => {
  it('does nothing, and signs nothing, when nothing happened', async () => {
    expect(await sealPending(sealer, sign)).toBeUndefined()
    expect(await newestCheckpoint(sealer)).toBeUndefined()
    await expectSound(owner, 0)
  })

  it('gives every entry one place, in batches, and signs the tree after each', async () => {
    for (let told = 0; told < 5; told += 1) await tell(writer, 'one')
    expect(await sealPending(sealer, sign)).toMatchObject({ entries: 5, size: 5 })
    for (let told = 0; told < 3; told += 1) await tell(writer, 'two')
    expect(await sealPending(sealer, sign)).toMatchObject({ entries: 3, size: 8 })
    expect(await newestCheckpoint(sealer)).toMatchObject({ size: 8 })
    await expectSound(owner, 8)
  })

  it('misses no entry that commits after a later one was sealed', async () => {
    const late = tell(writer, 'late', 300)
    await tell(writer, 'early')
    expect(await sealPending(sealer, sign)).toMatchObject({ entries: 1 })
    await late
    expect(await sealPending(sealer, sign)).toMatchObject({ entries: 1, size: 2 })
    await expectSound(owner, 2)
  })

  it('takes no entry of a transaction that failed', async () => {
    const failing = writer.transaction().execute(async (tx) => {
      await sql`insert into audit_entry (stream, seq, type, actor, body, at) values ('gone', 1, 'x', 'x', '\\x00', now())`.execute(
        tx,
      )
      throw new Error('The change failed')
    })
    await expect(failing).rejects.toThrow('The change failed')
    await tell(writer, 'kept')
    await sealAll(sealer)
    await expectSound(owner, 1)
  })

  it('works off a backlog larger than a batch without a gap', async () => {
    await sql`
      with told as (
        insert into audit_entry (stream, seq, type, actor, body, at)
        select 'backlog', seq, 'x', 'x', convert_to(seq::text, 'UTF8'), now() from generate_series(1, ${SEAL_BATCH + 7}) as seq
        returning id)
      insert into audit_pending select id from told`.execute(owner)
    expect(await sealPending(sealer, sign)).toMatchObject({ entries: SEAL_BATCH })
    expect(await sealPending(sealer, sign)).toMatchObject({ entries: 7, size: SEAL_BATCH + 7 })
    await expectSound(owner, SEAL_BATCH + 7)
  })

  it('keeps nothing of a batch whose checkpoint could not be signed', async () => {
    await tell(writer, 'one')
    const unsigned = sealPending(sealer, () => {
      throw new Error('The key is gone')
    })
    await expect(unsigned).rejects.toThrow('The key is gone')
    await sealAll(sealer)
    await expectSound(owner, 1)
  })

  it('refuses to seal over a tree from which a leaf was taken', async () => {
    for (let told = 0; told < 4; told += 1) await tell(writer, 'one')
    await sealAll(sealer)
    await sql`delete from audit_leaf where index = 3`.execute(owner)
    await tell(writer, 'one')
    await expect(sealPending(sealer, sign)).rejects.toThrow('A tree of 3 leaves')
  })

  it('never forks the tree, even when two seal at once without asking for the lock', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, stream) => tell(writer, `stream-${stream}`)))
    await Promise.allSettled([sealPending(sealer, sign), sealPending(other, sign)])
    await sealAll(sealer)
    await expectSound(owner, 8)
  })
})

describe('the only sealer', () => {
  it('is one connection at a time; the next gets in when it leaves', async () => {
    const worked = await asOnlySealer(sealer, async () => {
      expect(await asOnlySealer(other, () => Promise.reject(new Error('It must not run')))).toBe(false)
    })
    expect(worked).toBe(true)
    expect(await asOnlySealer(other, () => Promise.resolve())).toBe(true)
  })

  it('loses its place with its connection, and cannot seal on', async () => {
    await tell(writer, 'one')
    const cut = asOnlySealer(sealer, async (connection) => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'cordon_sealer'
        and datname = current_database() and pid <> pg_backend_pid()`.execute(owner)
      await sealPending(connection, sign)
    })
    await expect(cut).rejects.toThrow()
    expect(await asOnlySealer(other, (connection) => sealAll(connection))).toBe(true)
    await expectSound(owner, 1)
  })
})

describe('the sealer’s database role', () => {
  it('may write the tree, and neither the entries, nor what was sealed, nor anything else', async () => {
    const statements = [
      "insert into audit_entry (stream, seq, type, actor, body, at) values ('x', 1, 'x', 'x', '', now())",
      "update audit_entry set body = ''",
      'update audit_leaf set hash = hash',
      'delete from audit_leaf',
      'update checkpoint set note = note',
      'delete from checkpoint',
      'insert into vote (plan, person, decision, session) values (null, null, null, null)',
      'select * from session',
    ]
    for (const statement of statements)
      await expect(sql.raw(statement).execute(sealer), statement).rejects.toThrow('permission denied')
  })
})
