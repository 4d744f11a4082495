import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { voteChallenge } from '#audit/assertion'
import { addSession } from '#store/people/people'
import { type Authenticator, createAuthenticator } from '../../support/authenticator.ts'
import { demoPolicy } from '../../support/demo-policy.ts'
import { assertionFor, enrol, enrolOnly } from './people-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type Who, type World } from './world.ts'

const asking = demoPolicy.replace(/passkeyFor: .*/, 'passkeyFor: { production: [R2, R3] }')

let world: World
let keys: Readonly<Record<'approver1' | 'approver2', Authenticator>>
beforeAll(async () => {
  world = await openWorld({}, asking)
  keys = { approver1: await enrol(world, 'approver1'), approver2: await enrol(world, 'approver2') }
})
afterAll(() => world.close())

const vote = (hash: string, who: Who, body: object) => world.call('POST', `/api/plans/${hash}/votes`, who, body)

describe('a vote where policy asks for a passkey', () => {
  it('counts with an assertion over the plan, the decision and the nonce, which is stored whole', async () => {
    const { hash } = await proposePlan(world)
    expect((await world.call('GET', `/api/plans/${hash}`, 'auditor')).body.asksPasskey).toBe(true)
    const assertion = await assertionFor(world, { hash, who: 'approver1', key: keys.approver1 })
    expect((await vote(hash, 'approver1', { decision: 'approve', assertion })).body).toMatchObject({
      quorum: { given: 1 },
    })
    const row = await world.owner.selectFrom('vote').selectAll().where('plan', '=', hash).executeTakeFirstOrThrow()
    const { nonce, id, ...response } = assertion
    expect(row.assertion).toEqual({ nonce, assertion: { id, response } })
    const { challenge } = JSON.parse(Buffer.from(assertion.clientDataJSON, 'base64url').toString())
    expect(challenge).toBe(voteChallenge({ plan: hash, decision: 'approve', nonce }))
  })

  it.each(['EdDSA', 'RS256'] as const)('counts with an authenticator with %s too', async (algorithm) => {
    const { hash } = await proposePlan(world)
    const key = await enrol(world, 'approver2', createAuthenticator(algorithm))
    const assertion = await assertionFor(world, { hash, who: 'approver2', key })
    expect((await vote(hash, 'approver2', { decision: 'approve', assertion })).status).toBe(200)
  })

  it.each(['approve', 'deny', 'hold'])(
    'to %s is refused to a stolen sign-in without the authenticator',
    async (decision) => {
      const { hash } = await proposePlan(world)
      expect(await vote(hash, 'approver1', { decision })).toMatchObject({
        status: 403,
        body: { code: 'passkey_missing' },
      })
      // The thief has an authenticator of their own.
      const assertion = await assertionFor(world, { hash, who: 'approver1', decision, key: createAuthenticator() })
      expect(await vote(hash, 'approver1', { decision, assertion })).toMatchObject({
        status: 403,
        body: { code: 'passkey_missing' },
      })
      expect((await world.call('GET', `/api/plans/${hash}`, 'auditor')).body.votes).toEqual([])
    },
  )

  it('given again with the same assertion changes nothing', async () => {
    const { hash } = await proposePlan(world)
    const assertion = await assertionFor(world, { hash, who: 'approver1', key: keys.approver1 })
    const first = await vote(hash, 'approver1', { decision: 'approve', assertion })
    expect(await vote(hash, 'approver1', { decision: 'approve', assertion })).toMatchObject({
      status: first.status,
      body: { quorum: { given: 1 } },
    })
  })

  it('is refused with the challenge of another decision or plan', async () => {
    const [one, other] = [await proposePlan(world), await proposePlan(world)]
    const assertion = await assertionFor(world, {
      hash: one.hash,
      who: 'approver1',
      decision: 'deny',
      key: keys.approver1,
    })
    expect((await vote(one.hash, 'approver1', { decision: 'approve', assertion })).body.code).toBe('passkey_missing')
    expect((await vote(other.hash, 'approver1', { decision: 'deny', assertion })).body.code).toBe('passkey_missing')
  })

  it('is refused with a nonce that Cordon did not make, or made for somebody else or another sign-in', async () => {
    const { hash } = await proposePlan(world)
    const nonce = 'n'.repeat(43)
    const challenge = voteChallenge({ plan: hash, decision: 'approve', nonce })
    const invented = { nonce, ...keys.approver1.get({ challenge }) }
    expect(await vote(hash, 'approver1', { decision: 'approve', assertion: invented })).toMatchObject({ status: 409 })
    const theirs = await assertionFor(world, { hash, who: 'approver2', key: keys.approver1 })
    expect(await vote(hash, 'approver1', { decision: 'approve', assertion: theirs })).toMatchObject({ status: 409 })
    const mine = await assertionFor(world, { hash, who: 'approver1', key: keys.approver1 })
    await world.owner
      .transaction()
      .execute((tx) => addSession(tx, { person: 'approver1', token: 'another-sign-in', ms: 60_000 }))
    const elsewhere = await world.app.inject({
      method: 'POST',
      url: `/api/plans/${hash}/votes`,
      headers: { authorization: 'Bearer another-sign-in' },
      payload: { decision: 'approve', assertion: mine },
    })
    expect(elsewhere.statusCode).toBe(409)
  })

  it('is refused when its nonce is used, or older than five minutes', async () => {
    const { hash } = await proposePlan(world)
    const old = await assertionFor(world, { hash, who: 'approver1', key: keys.approver1 })
    await sql`update challenge set expires_at = clock_timestamp()`.execute(world.owner)
    expect(await vote(hash, 'approver1', { decision: 'approve', assertion: old })).toMatchObject({ status: 409 })
    const assertion = await assertionFor(world, { hash, who: 'approver1', key: keys.approver1 })
    await vote(hash, 'approver1', { decision: 'approve', assertion })
    const hold = await assertionFor(world, { hash, who: 'approver1', decision: 'hold', key: keys.approver1 })
    await vote(hash, 'approver1', { decision: 'hold', assertion: hold })
    // Whoever overheard the first approval takes the hold back with it.
    expect(await vote(hash, 'approver1', { decision: 'approve', assertion })).toMatchObject({ status: 409 })
  })

  it('is refused when the authenticator did not verify its user, or its counter went back', async () => {
    const { hash } = await proposePlan(world)
    const assertion = await assertionFor(world, { hash, who: 'approver1', key: keys.approver1, touch: { flags: 0x01 } })
    expect((await vote(hash, 'approver1', { decision: 'approve', assertion })).body.code).toBe('passkey_missing')
    await world.owner.updateTable('passkey').set({ counter: 1000 }).where('id', '=', keys.approver1.id).execute()
    const cloned = await assertionFor(world, { hash, who: 'approver1', key: keys.approver1 })
    expect((await vote(hash, 'approver1', { decision: 'approve', assertion: cloned })).body.code).toBe(
      'passkey_missing',
    )
    await world.owner.updateTable('passkey').set({ counter: 0 }).where('id', '=', keys.approver1.id).execute()
  })

  it('needs none in an account of another environment', async () => {
    const { hash } = await proposePlan(world)
    await world.owner
      .updateTable('account')
      .set({ environment: 'nonproduction' })
      .where('id', '=', '111122223333')
      .execute()
    expect((await vote(hash, 'approver1', { decision: 'approve' })).status).toBe(200)
    await world.owner
      .updateTable('account')
      .set({ environment: 'production' })
      .where('id', '=', '111122223333')
      .execute()
  })
})

describe('a passkey', () => {
  it('counts only when a second person of another group has confirmed it', async () => {
    const { hash } = await proposePlan(world)
    const key = createAuthenticator()
    const { status, body } = await enrolOnly(world, 'approver1', key)
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { passkey: { confirmedAt: null }, change: { kind: 'passkey' } },
    })
    const assertion = await assertionFor(world, { hash, who: 'approver1', key })
    expect((await vote(hash, 'approver1', { decision: 'approve', assertion })).body.code).toBe('passkey_missing')
    const confirm = (who: Who) => world.call('POST', `/api/people/changes/${body.change.id}/confirm`, who)
    expect((await confirm('approver1')).status).toBe(403)
    expect((await confirm('approver2')).status).toBe(403)
    await world.owner
      .updateTable('person')
      .set({ groups: ['security'] })
      .where('id', '=', 'operator')
      .execute()
    expect((await confirm('operator')).body).toMatchObject({
      code: 'not_permitted',
      detail: expect.stringContaining('of another group'),
    })
    await world.owner
      .updateTable('person')
      .set({ groups: ['operations'] })
      .where('id', '=', 'operator')
      .execute()
    expect((await confirm('operator')).status).toBe(200)
    const again = await assertionFor(world, { hash, who: 'approver1', key })
    expect((await vote(hash, 'approver1', { decision: 'approve', assertion: again })).status).toBe(200)
  })

  it('is listed for its person, who can make it void', async () => {
    const key = await enrol(world, 'approver2')
    const listed = (await world.call('GET', '/api/passkeys', 'approver2')).body
    expect(listed.recommended).toBe(2)
    expect(listed.passkeys.map(({ id }: { id: string }) => id)).toContain(key.id)
    expect((await world.call('DELETE', `/api/passkeys/${key.id}`, 'approver1')).status).toBe(404)
    expect((await world.call('DELETE', `/api/passkeys/${key.id}`, 'approver2')).status).toBe(204)
    const { hash } = await proposePlan(world)
    const assertion = await assertionFor(world, { hash, who: 'approver2', key })
    expect((await vote(hash, 'approver2', { decision: 'approve', assertion })).body.code).toBe('passkey_missing')
  })

  it('is not enrolled with an answer to another challenge, twice, or without its user verified', async () => {
    const key = createAuthenticator()
    const { challenge } = (await world.call('POST', '/api/passkeys/options', 'approver1')).body
    const send = (made: object) =>
      world.call('POST', '/api/passkeys', 'approver1', { name: 'a key', challenge, ...made })
    expect((await send(key.create({ challenge: 'x'.repeat(43) }))).status).toBe(422)
    expect((await send(key.create({ challenge, origin: 'https://elsewhere.example' }))).status).toBe(422)
    expect((await send(key.create({ challenge, flags: 0x01 }))).status).toBe(422)
    expect((await send(key.create({ challenge }))).status).toBe(202)
    expect((await send(key.create({ challenge }))).status).toBe(409)
    expect((await enrolOnly(world, 'approver1', key)).status).toBe(409)
  })

  it('cannot belong to an address, and the answer says what to set', async () => {
    const numbered = await openWorld({ publicUrl: 'http://192.0.2.7:7400' })
    const answer = await numbered.call('POST', '/api/passkeys/options', 'approver1')
    expect(answer).toMatchObject({ status: 422, body: { code: 'unprocessable' } })
    expect(answer.body.detail).toContain('192.0.2.7 is an address: set CORDON_PUBLIC_URL to https:// and a name')
    await numbered.close()
  })
})
