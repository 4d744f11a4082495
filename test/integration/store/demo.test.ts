import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '#store/database/database'
import { type Demo, seedDemo } from '#store/demo'
import { signInOf } from '#store/people/sessions'
import { applyPolicy } from '#store/policy/policy-apply'
import { demoPolicy } from '../../support/demo-policy.ts'
import { freshDatabase } from '../../support/postgres.ts'

const demo: Demo = {
  tokens: { responder: 't1', approver1: 't2', approver2: 't3', auditor: 't4', admin: 't5', intake: 't6' },
  accounts: [{ id: '111122223333', name: 'shop-production', environment: 'production', regions: ['eu-central-1'] }],
  policySource: demoPolicy,
}

let database: Awaited<ReturnType<typeof freshDatabase>>
let owner: ReturnType<typeof connect>
beforeEach(async () => {
  database = await freshDatabase()
  owner = connect(database.ownerUrl, 2)
})
afterEach(async () => {
  await owner.close()
  await database.drop()
})

const everything = async () => ({
  people: await owner.db.selectFrom('person').selectAll().orderBy('id').execute(),
  accounts: await owner.db.selectFrom('account').selectAll().execute(),
  policies: await owner.db.selectFrom('policy').selectAll().execute(),
  events: await owner.db.selectFrom('audit_entry').select(['stream', 'seq', 'type']).orderBy('id').execute(),
})

describe('a simulated home', () => {
  it('is filled once: filling it again changes nothing', async () => {
    await seedDemo(database.ownerUrl, demo)
    const before = await everything()
    await seedDemo(database.ownerUrl, demo)
    expect(await everything()).toEqual(before)
    expect(before.events.map(({ type }) => type)).toEqual([
      ...Array<string>(6).fill('person.added'),
      'account.added',
      'policy.applied',
    ])
  })

  it('keeps the policy that it has, whatever file a later start names', async () => {
    await seedDemo(database.ownerUrl, demo)
    await seedDemo(database.ownerUrl, { ...demo, policySource: 'clocks: {decideBy: 1s}' })
    expect((await everything()).policies).toHaveLength(1)
  })

  it('asks its people for no passkeys, which they do not have, also by a policy of its own that does not say so', async () => {
    const passkeys = async () =>
      (await owner.db.selectFrom('policy').select('body').orderBy('version', 'desc').limit(1).executeTakeFirstOrThrow())
        .body
    await seedDemo(database.ownerUrl, { ...demo, policySource: 'repeat: 1' })
    expect(await passkeys()).toMatchObject({ passkeyFor: { production: [], nonproduction: [] } })
    const apply = (source: string) => owner.db.transaction().execute((tx) => applyPolicy(tx, source))
    await apply('repeat: 2')
    expect(await passkeys()).toMatchObject({ repeat: 2, passkeyFor: { production: [] } })
    await apply('passkeyFor: {production: [R3]}')
    await apply('repeat: 3')
    expect(await passkeys()).toMatchObject({ repeat: 3, passkeyFor: { production: ['R3'] } })
  })

  it('stays empty when its policy cannot be used, with every problem named', async () => {
    const seeding = seedDemo(database.ownerUrl, { ...demo, policySource: 'clocks: {decideBy: soon}\nsurprise: 1' })
    await expect(seeding).rejects.toThrow(/decideBy[\s\S]*surprise/)
    expect((await everything()).people).toEqual([])
  })

  it('lets its six people sign in by their tokens, which are nowhere in the database', async () => {
    await seedDemo(database.ownerUrl, demo)
    const signIns = await Promise.all(Object.values(demo.tokens).map((token) => signInOf(owner.db, token)))
    expect(signIns.map((signIn) => signIn?.person.id)).toEqual(Object.keys(demo.tokens))
    expect(await signInOf(owner.db, 't7')).toBeNull()
    const hashes = await owner.db.selectFrom('session').select('token_hash').execute()
    expect(hashes.every(({ token_hash }) => /^[0-9a-f]{64}$/.test(token_hash))).toBe(true)
  })

  it('ends a sign-in when its time is over', async () => {
    await seedDemo(database.ownerUrl, demo)
    await owner.db
      .updateTable('session')
      .set({ expires_at: new Date(0) })
      .execute()
    expect(await signInOf(owner.db, 't1')).toBeNull()
  })
})
