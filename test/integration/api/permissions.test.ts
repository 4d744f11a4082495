import { fastify } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guard } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { permissions, scopes } from '#api/permissions'
import { tokenScopes } from '#domain/api-token'
import { type Role, roles } from '#domain/votes'
import { createToken } from '#store/people/api-tokens'
import { addSession, personNamed } from '#store/people/people'
import { openWorld, tokenOf, type Who, type World } from './world.ts'

/** Somebody for each role, with no other role. */
const somebody: Readonly<Record<Role, Who>> = {
  viewer: 'viewer',
  responder: 'responder',
  approver: 'approver1',
  'runbook-author': 'author',
  'policy-admin': 'policy-admin',
  auditor: 'auditor',
  operator: 'operator',
  machine: 'intake',
}

let world: World
/** API tokens of everybody: with every scope, from here; with every scope, from elsewhere; and one for each scope alone. */
const pats = new Map<string, string>()
const EXPIRED = 'token-that-is-over'
const HOUR_MS = 3_600_000
const HERE = ['127.0.0.1', '::1']
const ELSEWHERE = ['203.0.113.0/24', '2001:db8::/32']

beforeAll(async () => {
  world = await openWorld()
  await world.owner.transaction().execute(async (tx) => {
    await addSession(tx, { person: 'approver1', token: EXPIRED, ms: 1000 })
    await sql`update session set expires_at = clock_timestamp() - interval '1 second' where expires_at < clock_timestamp() + interval '1 minute'`.execute(
      tx,
    )
  })
  for (const who of Object.values(somebody)) {
    await makeToken(who, 'here', [...tokenScopes], HERE)
    await makeToken(who, 'elsewhere', [...tokenScopes], ELSEWHERE)
    for (const scope of tokenScopes) await makeToken(who, scope, [scope], HERE)
  }
})
afterAll(() => world.close())

async function makeToken(
  who: Who,
  name: string,
  of: Parameters<typeof createToken>[2]['scopes'],
  sources: readonly string[],
) {
  const person = await personNamed(world.db, who)
  if (person === undefined) throw new Error(`There is no ${who}`)
  const { token } = await createToken(world.db, person, { name, scopes: of, sources, ms: HOUR_MS })
  pats.set(`${who}/${name}`, token)
}

const routes = Object.entries(permissions).map(([route, allowed]) => {
  const [method = '', path = ''] = route.split(' ')
  // An id that names nothing, so that whoever may call changes nothing.
  return { route, method: method as 'GET', path: path.replaceAll(/:\w+/g, 'nothing'), pattern: path, allowed }
})
const closed = routes.filter(({ allowed }) => allowed !== 'open')
// It answers for ever; who may call it is decided before that.
const answering = closed.filter(({ path }) => path !== '/api/stream')

const statusFor = async (
  { method, path }: { method: 'GET'; path: string },
  token: string | undefined,
): Promise<number> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return (await world.app.inject({ method, url: path, headers })).statusCode
}

/** Every route with what it answers to the token where that is not as it should be. */
async function wrongAnswers(
  token: string | undefined,
  isRight: (status: number, route: (typeof closed)[number]) => boolean,
) {
  const wrong: string[] = []
  for (const route of answering) {
    const status = await statusFor(route, token)
    if (!isRight(status, route)) wrong.push(`${route.route}: ${status}`)
  }
  return wrong
}

const isAllowed = ({ allowed }: (typeof closed)[number], role: Role): boolean =>
  allowed !== 'open' && allowed.includes(role)
const isLetIn = (status: number): boolean => status !== 401 && status !== 403

describe('every route', () => {
  it('exists as it is named in the table', () => {
    const missing = routes.filter(({ method, pattern }) => !world.app.hasRoute({ method, url: pattern }))
    expect(missing.map(({ route }) => route)).toEqual([])
  })

  it('is in the table: a server with another one does not start', () => {
    const app = fastify()
    guard(app, { ...({} as ApiDeps), db: world.db, publicUrl: 'http://localhost:7400' })
    app.get('/api/freeze', () => 'listed')
    expect(() => app.post('/api/freeze/everything', () => 'not listed')).toThrow(
      'POST /api/freeze/everything is not in the table of permissions',
    )
  })

  it('of the description is in the table', async () => {
    const { paths } = (await world.call('GET', '/api/openapi.json')).body
    const described = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    expect(described.filter((route) => permissions[route] === undefined)).toEqual([])
  })

  it('that an API token may use is a route, and none of those that decide', () => {
    expect(Object.keys(scopes).filter((route) => permissions[route] === undefined)).toEqual([])
    const deciding = /votes|DELETE \/api\/freeze|close|reopen|settle|people|passkeys|tokens|sessions|sign-in/
    expect(Object.keys(scopes).filter((route) => deciding.test(route))).toEqual([])
  })

  it.each(closed)('$route answers 401 without a token, with a wrong one and with one that is over', async (route) => {
    expect(await world.call(route.method, route.path)).toMatchObject({
      status: 401,
      body: { code: 'not_authenticated' },
    })
    expect(await statusFor(route, 'wrong')).toBe(401)
    expect(await statusFor(route, EXPIRED)).toBe(401)
  })
})

describe.each(roles)('a %s', (role) => {
  const who = somebody[role]
  const pat = (name: string) => pats.get(`${who}/${name}`)

  it('may do what the table says, and nothing else', async () => {
    const wrong = await wrongAnswers(tokenOf(who), (status, route) => isLetIn(status) === isAllowed(route, role))
    expect(wrong).toEqual([])
  })

  it('may do nothing by an API token that comes from a wrong address', async () => {
    expect(await wrongAnswers(pat('elsewhere'), (status) => status === 401)).toEqual([])
  })

  it('may do by an API token with every scope only what has a scope, and nothing that decides', async () => {
    const wrong = await wrongAnswers(
      pat('here'),
      (status, route) => status !== 401 && (!isLetIn(status) || (isAllowed(route, role) && route.route in scopes)),
    )
    expect(wrong).toEqual([])
    const idle = await wrongAnswers(
      pat('here'),
      (status, route) => isLetIn(status) || !isAllowed(route, role) || !(route.route in scopes),
    )
    expect(idle).toEqual([])
  })

  it.each(tokenScopes)('may do by an API token with the scope %s nothing of another scope', async (scope) => {
    const wrong = await wrongAnswers(pat(scope), (status, route) => !isLetIn(status) || scopes[route.route] === scope)
    expect(wrong).toEqual([])
  })
})

describe('the order of refusals', () => {
  it('is 401, 403, 404, 400', async () => {
    const url = '/api/plans/nothing/votes'
    expect((await world.call('POST', url, undefined, { decision: 'maybe' })).status).toBe(401)
    expect((await world.call('POST', url, 'responder', { decision: 'maybe' })).status).toBe(403)
    expect((await world.call('POST', url, 'approver1', { decision: 'maybe' })).status).toBe(404)
    expect((await world.call('POST', '/api/drills', 'admin', { nothing: true })).status).toBe(400)
  })

  it('is 401 for an unknown path of the API without a token, and 404 with one', async () => {
    expect((await world.call('GET', '/api/nothing')).status).toBe(401)
    expect(await world.call('GET', '/api/nothing', 'auditor')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
  })
})
