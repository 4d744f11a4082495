import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { connect, type Database } from '#store/database/database'
import { sealPending } from '#store/log/seal'
import { verifyRecord } from '#worker/verify-record'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { keyLine, sign, tell } from './log.ts'

let database: FreshDatabase
let owner: ReturnType<typeof connect>
let db: Database
/** As an auditor kept them: after four entries, and after eight. */
let kept: readonly string[]
beforeEach(async () => {
  database = await freshDatabase()
  owner = connect(database.ownerUrl, 2)
  db = owner.db
  for (const stream of ['inc-1', 'inc-2', 'inc-1', 'system']) await tell(db, stream)
  await sealPending(db, sign)
  for (const stream of ['inc-2', 'inc-2', 'inc-3', 'inc-1']) await tell(db, stream)
  await sealPending(db, sign)
  kept = (await db.selectFrom('checkpoint').select('note').orderBy('size').execute()).map(({ note }) => note)
  return async () => {
    await owner.close()
    await database.drop()
  }
})

const verdict = (more: readonly string[] = []) => verifyRecord(database.ownerUrl, { keyLine, kept: more })
const problems = async (more: readonly string[] = []) => (await verdict(more)).problems.join('\n')
const spoil = (statement: string) => sql.raw(statement).execute(db)

describe('a record', () => {
  it('is what its log was signed for, as long as nobody changed it', async () => {
    expect(await verdict(kept)).toMatchObject({ size: 8, problems: [], incidents: 0, openPermits: 0 })
  })

  it('may have news that are not sealed yet', async () => {
    await tell(db, 'inc-9')
    expect(await verdict(kept)).toMatchObject({ size: 8, problems: [] })
  })

  it.each([
    ['other bytes', `update audit_entry set body = body || '\\x20' where id = 3`, 'has other bytes than were sealed'],
    [
      'other bytes with a leaf that fits them',
      `update audit_entry set body = '\\x7b7d' where id = 3; update audit_leaf set hash = sha256('\\x00'::bytea || '\\x7b7d') where entry = 3`,
      'The checkpoint of 4 entries has another root',
    ],
    [
      'a gap in a stream',
      `update audit_entry set seq = 9 where stream = 'inc-2' and seq = 2`,
      'Stream inc-2 has a gap',
    ],
    [
      'a gap in the tree',
      `delete from audit_leaf where index = 5; insert into audit_pending select id from audit_entry where id = 6`,
      'The tree has a gap before place 6',
    ],
    [
      'an entry that nobody sealed',
      `delete from audit_leaf where index = 7`,
      'is neither in the tree nor waits for it',
    ],
    [
      'a checkpoint of another root',
      `update checkpoint set root = sha256('x') where size = 8`,
      'stored with another size or root',
    ],
    ['a checkpoint that is no note', `update checkpoint set note = 'x' where size = 8`, 'cannot be believed'],
    ['entries that were signed by nobody', `delete from checkpoint where size = 8`, 'covers the last 4 entries'],
  ])('with %s is told from a sound one', async (_, statement, problem) => {
    await spoil(statement)
    expect(await problems()).toContain(problem)
  })

  it('that lost its end is told from a sound one by a checkpoint that was kept elsewhere, and by nothing else', async () => {
    await spoil(
      `delete from audit_leaf where index >= 4; delete from checkpoint where size = 8; delete from audit_pending; delete from audit_entry where id > 4`,
    )
    expect(await problems()).toBe('')
    expect(await problems(kept)).toBe(
      'The checkpoint of 8 entries that was kept elsewhere is newer than this log, which has 4: what came after is not here',
    )
  })

  it('that went on in another way after it was restored contradicts what was kept', async () => {
    await spoil(
      `delete from audit_leaf where index >= 4; delete from checkpoint where size = 8; delete from audit_edge where level <> 2;
       insert into audit_edge select 2, root from checkpoint on conflict (level) do update set hash = excluded.hash;
       delete from audit_edge where level <> 2; delete from audit_entry where id > 4`,
    )
    for (const stream of ['inc-7', 'inc-7', 'inc-7', 'inc-7']) await tell(db, stream)
    await sealPending(db, sign)
    expect(await problems()).toBe('')
    expect(await problems(kept)).toBe(
      'The checkpoint of 8 entries that was kept elsewhere has another root than these entries',
    )
  })

  it('is not believed under another key', async () => {
    const other = keyLine.replace(/.{8}$/, 'AAAAAAA=')
    expect((await verifyRecord(database.ownerUrl, { keyLine: other, kept: [] })).problems.length).toBeGreaterThan(1)
  })
})
