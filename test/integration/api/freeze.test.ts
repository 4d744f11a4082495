import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freezeChallenge, objectionToAssertion, voteChallenge } from '#audit/assertion'
import { createToken } from '#store/people/api-tokens'
import { personNamed } from '#store/people/people'
import { type Authenticator, createAuthenticator } from '../../support/authenticator.ts'
import { demoPolicy } from '../../support/demo-policy.ts'
import { type Assertion, assertionFor, enrol } from './people-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type Who, type World } from './world.ts'

const ACCOUNT = '111122223333'
const asking = demoPolicy.replace(/passkeyFor: .*/, 'passkeyFor: { nonproduction: [R3] }')

let world: World
let keys: Readonly<Record<'approver1' | 'approver2', Authenticator>>
beforeAll(async () => {
  world = await openWorld({}, asking)
  keys = { approver1: await enrol(world, 'approver1'), approver2: await enrol(world, 'approver2') }
})
afterAll(() => world.close())
afterEach(async () => {
  await world.owner.updateTable('freeze_order').set({ lifted_at: new Date() }).where('lifted_at', 'is', null).execute()
})

type Approver = keyof typeof keys

interface Order {
  readonly order: 'start' | 'lift'
  readonly account?: string
  readonly key?: Authenticator
}

async function sign(who: Approver, { order, account, key = keys[who] }: Order): Promise<Assertion> {
  const { body } = await world.call('POST', '/api/freeze/challenge', who, { order, ...(account && { account }) })
  return { nonce: body.nonce, ...key.get({ challenge: body.challenge }) }
}

const start = (who: Who, body: object = {}) => world.call('POST', '/api/freeze', who, body)
const lift = (who: Who, body?: object, where = '') => world.call('DELETE', `/api/freeze${where}`, who, body)
const active = async () => (await world.call('GET', '/api/freeze', 'auditor')).body.freezes

async function lastEvent() {
  const { body } = await world.owner
    .selectFrom('audit_entry')
    .select('body')
    .where('type', 'like', 'freeze.%')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return JSON.parse(body.toString())
}

describe('a freeze where policy asks for passkeys', () => {
  it('is begun with the passkey of whoever has one, and keeps what it signed', async () => {
    expect((await world.call('GET', '/api/freeze', 'auditor')).body.asksPasskey).toBe(true)
    const { nonce, ...signed } = await sign('approver1', { order: 'start', account: ACCOUNT })
    const begun = await start('approver1', { account: ACCOUNT, reason: 'Odd', assertion: { nonce, ...signed } })
    expect(begun).toMatchObject({
      status: 200,
      body: { account: ACCOUNT, note: expect.stringContaining('15 minutes') },
    })
    const { text, body } = await lastEvent()
    expect(text).toBe(
      `Ada Approver froze changes in account ${ACCOUNT}: Odd. Signed by their passkey. Sessions already minted live up to 15 minutes`,
    )
    const { id, ...response } = signed
    const expected = {
      challenge: freezeChallenge({ order: 'start', account: ACCOUNT, nonce: body.proof.nonce }),
      site: { origin: 'http://localhost:7400', id: 'localhost' },
      publicKey: keys.approver1.publicKey,
    }
    expect(body.proof).toEqual({ nonce, id, ...response })
    expect(objectionToAssertion({ id, response }, expected)).toBeNull()
  })

  it('is not begun by a stolen sign-in of somebody who has a passkey', async () => {
    expect(await start('approver1')).toMatchObject({ status: 403, body: { code: 'passkey_missing' } })
    const assertion = await sign('approver1', { order: 'start', key: createAuthenticator() })
    expect(await start('approver1', { assertion })).toMatchObject({ status: 403, body: { code: 'passkey_missing' } })
    expect(await active()).toEqual([])
  })

  it('is begun all the same by somebody who has no passkey that counts, and its event says so', async () => {
    expect((await start('responder', { reason: 'Odd' })).status).toBe(200)
    expect((await lastEvent()).text).toContain('Without a passkey: they have none that counts')
  })

  it('is begun by an API token for it, and its event says so', async () => {
    const person = await personNamed(world.db, 'approver1')
    if (person === undefined) throw new Error('There is no approver1')
    const asked = { name: 'alarm', scopes: ['freeze'], sources: ['127.0.0.1'], ms: 60_000 } as const
    const { token } = await createToken(world.db, person, asked)
    const headers = { authorization: `Bearer ${token}` }
    const reply = await world.app.inject({ method: 'POST', url: '/api/freeze', headers, payload: {} })
    expect(reply.statusCode).toBe(200)
    expect((await lastEvent()).text).toContain('By an API token, without a passkey')
  })

  it('is lifted only by the passkeys of both people', async () => {
    await start('responder')
    expect(await lift('approver1')).toMatchObject({ status: 403, body: { code: 'passkey_missing' } })
    expect(await lift('responder')).toMatchObject({ status: 403, body: { code: 'passkey_missing' } })
    const first = await sign('approver1', { order: 'lift' })
    expect((await lift('approver1', { assertion: first })).status).toBe(202)
    expect((await lift('approver1', { assertion: first })).status).toBe(202)
    expect((await lift('approver2')).status).toBe(403)
    expect(await active()).toHaveLength(1)
    expect((await lift('approver2', { assertion: await sign('approver2', { order: 'lift' }) })).status).toBe(200)
    expect(await active()).toEqual([])
    expect((await lastEvent()).text).toContain('Signed by their passkey')
  })

  it('is neither begun nor lifted with a signature for the other, for another account, of a vote, or of before', async () => {
    await start('responder', { account: ACCOUNT })
    const tryLift = async (assertion: object, where = `?account=${ACCOUNT}`) =>
      (await lift('approver1', { assertion }, where)).body.code
    expect(await tryLift(await sign('approver1', { order: 'start', account: ACCOUNT }))).toBe('passkey_missing')
    expect(await tryLift(await sign('approver1', { order: 'lift', account: '777788889999' }))).toBe('passkey_missing')
    expect(await tryLift(await sign('approver1', { order: 'lift' }))).toBe('passkey_missing')
    const { hash } = await proposePlan(world)
    expect(await tryLift(await assertionFor(world, { hash, who: 'approver1', key: keys.approver1 }))).toBe(
      'passkey_missing',
    )
    const begun = await sign('approver1', { order: 'start', account: ACCOUNT })
    expect((await start('approver1', { account: ACCOUNT, assertion: begun })).status).toBe(200)
    expect((await start('approver1', { account: ACCOUNT, assertion: begun })).status).toBe(409)
    expect(await active()).toMatchObject([{ account: ACCOUNT, liftAskedBy: null }])
  })

  it('takes no nonce that was made for something else, whatever was signed over it', async () => {
    await start('responder')
    const { hash } = await proposePlan(world)
    const asked = await world.call('POST', `/api/plans/${hash}/votes/challenge`, 'approver1', { decision: 'approve' })
    const { nonce } = asked.body
    const challenge = freezeChallenge({ order: 'lift', account: null, nonce })
    const assertion = { nonce, ...keys.approver1.get({ challenge }) }
    expect((await lift('approver1', { assertion })).status).toBe(409)
    const freeze = await world.call('POST', '/api/freeze/challenge', 'approver1', { order: 'lift' })
    const other = freeze.body.nonce
    const turned = keys.approver1.get({ challenge: voteChallenge({ plan: hash, decision: 'deny', nonce: other }) })
    const vote = { decision: 'deny', assertion: { nonce: other, ...turned } }
    expect((await world.call('POST', `/api/plans/${hash}/votes`, 'approver1', vote)).status).toBe(409)
  })

  it('gives no challenge to somebody who has no passkey', async () => {
    const { status, body } = await world.call('POST', '/api/freeze/challenge', 'responder', { order: 'lift' })
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'passkey_missing' })
  })
})
