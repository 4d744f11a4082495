import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWithin } from '#store/people/api-tokens'
import { finding } from './findings-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ trustedProxies: ['192.0.2.0/24'] })
})
afterAll(() => world.close())

const make = (who: Who, wish: object = {}) =>
  world.call('POST', '/api/tokens', who, { name: 'script', scopes: ['read'], sources: ['127.0.0.1'], days: 1, ...wish })

interface Sent {
  readonly token: string
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly url?: string
  readonly body?: object
  readonly address?: string
  readonly forwarded?: string
}
async function send({ token, method = 'GET', url = '/api/incidents', body, address = '127.0.0.1', forwarded }: Sent) {
  const reply = await world.app.inject({
    method,
    url,
    remoteAddress: address,
    headers: { authorization: `Bearer ${token}`, ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) },
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() }
}

describe('an API token', () => {
  it('is shown once, begins so that scanners find it, and is stored as its hash', async () => {
    const { status, body } = await make('auditor')
    expect(status).toBe(201)
    expect(body.token).toMatch(/^cordon_pat_[\w-]{43}$/)
    const rows = await world.owner.selectFrom('api_token').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(body.token)
    expect(JSON.stringify((await world.call('GET', '/api/tokens', 'auditor')).body)).not.toContain(body.token)
    const events = await world.owner
      .selectFrom('audit_entry')
      .select('body')
      .where('type', '=', 'token.created')
      .execute()
    expect(events.some(({ body: bytes }) => bytes.includes(body.token))).toBe(false)
  })

  it('says when it was last used', async () => {
    const { token, id, lastUsedAt } = (await make('auditor')).body
    expect(lastUsedAt).toBeNull()
    expect((await send({ token })).status).toBe(200)
    const { tokens } = (await world.call('GET', '/api/tokens', 'auditor')).body
    expect(tokens.find((one: { id: string }) => one.id === id).lastUsedAt).toMatch(/^20/)
  })

  it('is void when it is over or revoked, by its person or an operator and by nobody else', async () => {
    const { token, id } = (await make('auditor')).body
    expect((await world.call('DELETE', `/api/tokens/${id}`, 'approver1')).status).toBe(404)
    expect((await world.call('DELETE', `/api/tokens/${id}`, 'operator')).status).toBe(204)
    expect((await send({ token })).status).toBe(401)
    const next = (await make('auditor')).body
    await sql`update api_token set expires_at = clock_timestamp() where id = ${next.id}`.execute(world.owner)
    expect((await send({ token: next.token })).status).toBe(401)
  })

  it('hands in findings with the scope for it', async () => {
    const { token } = (await make('intake', { scopes: ['findings'] })).body
    const taken = await send({
      token,
      method: 'POST',
      url: '/api/findings',
      body: finding({ id: 'by-token', user: 'by-token' }),
    })
    expect(taken).toMatchObject({ status: 202, body: { accepted: 1 } })
    expect((await send({ token })).status).toBe(403)
  })

  it('works only from where it may come, whatever a header says that no proxy of ours wrote', async () => {
    const { token } = (await make('auditor', { sources: ['10.0.0.0/8', '2001:db8::/32'] })).body
    const from = async (address: string, forwarded?: string) =>
      (await send({ token, address, ...(forwarded === undefined ? {} : { forwarded }) })).status
    expect(await from('10.1.2.3')).toBe(200)
    expect(await from('::ffff:10.1.2.3')).toBe(200)
    expect(await from('2001:db8::7')).toBe(200)
    expect(await from('11.1.2.3')).toBe(401)
    expect(await from('2001:db9::7')).toBe(401)
    expect(await from('203.0.113.5', '10.1.2.3')).toBe(401)
    expect(await from('192.0.2.5', '10.1.2.3')).toBe(200)
    expect(await from('192.0.2.5', '10.1.2.3, 203.0.113.5')).toBe(401)
  })

  it.each(['10.0.0.0/33', '2001:db8::/129', 'everywhere', '10.0.0', '10.0.0.0/8/8'])(
    'is not made for %s',
    async (source) => {
      expect(await make('auditor', { sources: [source] })).toMatchObject({
        status: 400,
        body: { code: 'invalid_input' },
      })
    },
  )

  it.each([{ sources: [] }, { scopes: [] }, { scopes: ['votes'] }, { days: 367 }, { days: 0 }])(
    'is not made with %j',
    async (wish) => {
      expect((await make('auditor', wish)).status).toBe(400)
    },
  )

  it('never votes, lifts a freeze, closes, or makes people, passkeys and other tokens', async () => {
    const { hash, incident } = await proposePlan(world)
    const scopes = ['findings', 'read', 'respond', 'freeze', 'drills', 'doctor']
    for (const who of ['approver1', 'admin'] as const) {
      const { token } = (await make(who, { scopes })).body
      const deciding = [
        { method: 'POST', url: `/api/plans/${hash}/votes`, body: { decision: 'approve' } },
        { method: 'POST', url: `/api/plans/${hash}/votes`, body: { decision: 'deny' } },
        { method: 'DELETE', url: '/api/freeze' },
        { method: 'POST', url: `/api/incidents/${incident}/close`, body: { code: 'resolved' } },
        { method: 'POST', url: '/api/people', body: { id: 'x', name: 'X', roles: ['viewer'], groups: [] } },
        { method: 'POST', url: '/api/passkeys/options' },
        { method: 'POST', url: '/api/tokens', body: { name: 'y', scopes: ['read'], sources: ['127.0.0.1'], days: 1 } },
      ] as const
      for (const call of deciding) expect((await send({ token, ...call })).status, `${who} ${call.url}`).toBe(403)
    }
    expect((await world.call('GET', `/api/plans/${hash}`, 'auditor')).body.votes).toEqual([])
  })

  it('is no way to a sign-in: neither as a cookie nor in its place', async () => {
    const { token } = (await make('approver1')).body
    expect((await world.call('POST', '/api/sign-in', undefined, { token })).status).toBe(401)
    const headers = { cookie: `cordon_session=${token}` }
    expect((await world.app.inject({ method: 'GET', url: '/api/me', headers })).statusCode).toBe(401)
  })
})

describe('an address', () => {
  it('is within a range by its bits, in the family of the range', () => {
    expect(isWithin('10.255.255.255', ['10.0.0.0/8'])).toBe(true)
    expect(isWithin('10.0.0.1', ['::/0'])).toBe(false)
    expect(isWithin('fe80::1', ['0.0.0.0/0'])).toBe(false)
    expect(isWithin('192.0.2.1', ['192.0.2.1'])).toBe(true)
    expect(isWithin('192.0.2.2', ['192.0.2.1'])).toBe(false)
    expect(isWithin('no address', ['0.0.0.0/0'])).toBe(false)
  })
})
