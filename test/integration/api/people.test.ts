import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson, addSession } from '#store/people/people'
import { createAuthenticator } from '../../support/authenticator.ts'
import { demoPolicy } from '../../support/demo-policy.ts'
import { assertionFor, enrol } from './people-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type Who, type World } from './world.ts'

const asking = demoPolicy.replace(/passkeyFor: .*/, 'passkeyFor: { production: [R2, R3] }')

let world: World
beforeAll(async () => {
  world = await openWorld({}, asking)
})
afterAll(() => world.close())

const add = (who: Who, person: object) => world.call('POST', '/api/people', who, person)
const change = (who: Who, id: string, body: object) => world.call('POST', `/api/people/${id}`, who, body)
const confirm = (who: Who, id: string) => world.call('POST', `/api/people/changes/${id}/confirm`, who)
const people = async (): Promise<readonly { id: string; roles: string[] }[]> =>
  (await world.call('GET', '/api/people', 'auditor')).body.people
const rolesOf = async (id: string) => (await people()).find((person) => person.id === id)?.roles
const tokenIn = (link: string): string => link.split('#token=')[1] ?? ''
const setUp = (link: string) =>
  world.call('POST', '/api/sign-in/set-up', undefined, { token: tokenIn(link), password: 'a password of my own' })
const lastEvents = async () =>
  (
    await world.owner
      .selectFrom('audit_entry')
      .select('type')
      .where('stream', '=', 'system')
      .orderBy('seq', 'desc')
      .limit(4)
      .execute()
  ).map(({ type }) => type)

describe('a person who decides nothing', () => {
  it('is added by one operator, with a link to set a password', async () => {
    const { status, body } = await add('operator', { id: 'vic', name: 'Vic', roles: ['viewer'], groups: [] })
    expect({ status, body }).toMatchObject({ status: 200, body: { person: 'vic', change: null } })
    expect(body.setUp).toMatch(/^http:\/\/localhost:7400\/set-up#token=[\w-]{43}$/)
    expect((await setUp(body.setUp)).body).toMatchObject({ person: { id: 'vic', roles: ['viewer'] } })
    expect((await add('operator', { id: 'vic', name: 'Vic', roles: ['viewer'], groups: [] })).status).toBe(409)
  })

  it('is let in again by one operator', async () => {
    const { status, body } = await world.call('POST', '/api/people/vic/reset', 'operator')
    expect(status).toBe(200)
    expect((await setUp(body.setUp)).status).toBe(200)
  })
})

describe('an approver, an operator or a policy-admin', () => {
  it.each(['approver', 'operator', 'policy-admin'])(
    'is added as %s only when a second person confirms',
    async (role) => {
      const id = `new-${role}`
      const { status, body } = await add('operator', { id, name: 'New', roles: [role], groups: ['sales'] })
      expect({ status, body }).toMatchObject({
        status: 202,
        body: { setUp: null, change: { kind: 'person', person: id } },
      })
      expect(await rolesOf(id)).toBeUndefined()
      expect((await confirm('operator', body.change.id)).status).toBe(403)
      const confirmed = await confirm('policy-admin', body.change.id)
      expect(confirmed.status).toBe(200)
      expect(await rolesOf(id)).toEqual([role])
      expect(await lastEvents()).toEqual(['set-up.begun', 'person.added', 'change.confirmed', 'change.proposed'])
      expect((await confirm('policy-admin', body.change.id)).status).toBe(404)
    },
  )

  it('is not made of somebody else by one person: neither by role nor by group', async () => {
    const raised = await change('operator', 'vic', { roles: ['viewer', 'approver'] })
    expect(raised.status).toBe(202)
    expect(await rolesOf('vic')).toEqual(['viewer'])
    const moved = await change('policy-admin', 'approver1', { groups: ['platform'] })
    expect(moved.status).toBe(202)
    expect((await change('operator', 'approver1', { name: 'Ada A.' })).status).toBe(200)
  })

  it('is never confirmed by whoever it is about', async () => {
    const { body } = await change('operator', 'policy-admin', { roles: ['policy-admin', 'approver'] })
    expect(await confirm('policy-admin', body.change.id)).toMatchObject({
      status: 403,
      body: { detail: 'Nobody confirms a change of themselves' },
    })
  })

  it('can be taken back while it waits', async () => {
    const { body } = await add('operator', { id: 'gone', name: 'Gone', roles: ['approver'], groups: ['sales'] })
    expect((await world.call('DELETE', `/api/people/changes/${body.change.id}`, 'policy-admin')).status).toBe(204)
    expect((await confirm('policy-admin', body.change.id)).status).toBe(404)
    const waiting = (await world.call('GET', '/api/people/changes', 'auditor')).body.changes
    expect(waiting.map(({ person }: { person: string }) => person)).not.toContain('gone')
  })

  it('is not made by a change whose proposer lost access meanwhile', async () => {
    await world.owner.transaction().execute(async (tx) => {
      await addPerson(tx, { id: 'leaving', name: 'Leaving', roles: ['operator'], groups: ['leavers'] })
      await addSession(tx, { person: 'leaving', token: 'token-of-leaving', ms: 60_000 })
    })
    const { body } = await add('leaving' as Who, { id: 'late', name: 'Late', roles: ['approver'], groups: ['sales'] })
    expect((await world.call('POST', '/api/people/leaving/disable', 'operator')).status).toBe(200)
    expect((await confirm('policy-admin', body.change.id)).status).toBe(409)
  })

  it('is made once when two confirm at the same moment', async () => {
    const { body } = await add('admin', { id: 'raced', name: 'Raced', roles: ['approver'], groups: ['sales'] })
    const statuses = await Promise.all(
      (['operator', 'policy-admin', 'operator'] as const).map(
        async (who) => (await confirm(who, body.change.id)).status,
      ),
    )
    expect(statuses.toSorted()).toEqual([200, 404, 404])
  })
})

describe('whoever is disabled', () => {
  it('is out at once: sign-ins, tokens and votes', async () => {
    await world.owner.transaction().execute(async (tx) => {
      await addPerson(tx, { id: 'third', name: 'Third', roles: ['approver'], groups: ['sales'] })
      await addSession(tx, { person: 'third', token: 'token-of-third', ms: 60_000 })
    })
    const { hash } = await proposePlan(world)
    const eligible = async () => (await world.call('GET', `/api/plans/${hash}`, 'auditor')).body.quorum.eligible
    const before = await eligible()
    const pat = (
      await world.call('POST', '/api/tokens', 'third' as Who, {
        name: 'x',
        scopes: ['read'],
        sources: ['127.0.0.1'],
        days: 1,
      })
    ).body.token
    expect((await world.call('POST', '/api/people/third/disable', 'operator')).status).toBe(200)
    expect((await world.call('GET', '/api/me', 'third' as Who)).status).toBe(401)
    const headers = { authorization: `Bearer ${pat}` }
    expect((await world.app.inject({ method: 'GET', url: '/api/me', headers })).statusCode).toBe(401)
    expect(await eligible()).toBe(before - 1)
    expect((await add('operator', { id: 'third', name: 'Third', roles: ['viewer'], groups: [] })).status).toBe(409)
  })

  it('is never the last operator and policy-admin who can let others in', async () => {
    const lonely = await openWorld()
    for (const id of ['operator', 'policy-admin'])
      expect((await lonely.call('POST', `/api/people/${id}/disable`, 'admin')).status).toBe(
        id === 'operator' ? 200 : 409,
      )
    await lonely.close()
  })
})

describe('a lost device, while no identity provider answers', () => {
  it('is replaced by an operator and a policy-admin of different groups together', async () => {
    const lost = await enrol(world, 'approver2')
    const asked = await world.call('POST', '/api/people/approver2/reset', 'operator')
    expect(asked).toMatchObject({ status: 202, body: { change: { kind: 'reset', person: 'approver2' } } })
    // A second operator is not the other side of the house.
    await world.owner.transaction().execute(async (tx) => {
      await addPerson(tx, { id: 'second', name: 'Second', roles: ['operator'], groups: ['elsewhere'] })
      await addSession(tx, { person: 'second', token: 'token-of-second', ms: 60_000 })
    })
    expect(await confirm('second' as Who, asked.body.change.id)).toMatchObject({
      status: 403,
      body: { detail: 'A reset needs an operator and a policy-admin' },
    })
    const done = await confirm('policy-admin', asked.body.change.id)
    expect(done.status).toBe(200)

    // What was lost opens nothing any more.
    expect((await world.call('GET', '/api/me', 'approver2')).status).toBe(401)
    const { hash } = await proposePlan(world)
    const { headers } = await setUp(done.body.setUp)
    const cookie = String(headers['set-cookie']).split(';')[0] ?? ''
    const token = cookie.split('=')[1] ?? ''
    const as = async (method: 'GET' | 'POST', url: string, payload?: object) =>
      (
        await world.app.inject({
          method,
          url,
          headers: { authorization: `Bearer ${token}` },
          ...(payload && { payload }),
        })
      ).json()
    expect((await as('GET', '/api/passkeys')).passkeys).toEqual([])

    // A new one, confirmed by a second person, votes again.
    const found = createAuthenticator()
    const { challenge } = await as('POST', '/api/passkeys/options')
    const { change: enrolment } = await as('POST', '/api/passkeys', {
      name: 'new',
      challenge,
      ...found.create({ challenge }),
    })
    await confirm('operator', enrolment.id)
    const decision = 'approve'
    const wanted = await as('POST', `/api/plans/${hash}/votes/challenge`, { decision })
    const voteWith = (key: typeof found) =>
      as('POST', `/api/plans/${hash}/votes`, {
        decision,
        assertion: { nonce: wanted.nonce, ...key.get({ challenge: wanted.challenge }) },
      })
    expect(await voteWith(lost)).toMatchObject({ status: 403, code: 'passkey_missing' })
    expect(await voteWith(found)).toMatchObject({ quorum: { given: 1 } })
  })

  it('is no reason for a vote by one person’s reset', async () => {
    const { hash } = await proposePlan(world)
    const key = await enrol(world, 'approver1')
    await world.call('POST', '/api/people/approver1/reset', 'policy-admin')
    // Nothing has changed while nobody confirmed it.
    const assertion = await assertionFor(world, { hash, who: 'approver1', key })
    expect(
      (await world.call('POST', `/api/plans/${hash}/votes`, 'approver1', { decision: 'approve', assertion })).status,
    ).toBe(200)
  })
})
