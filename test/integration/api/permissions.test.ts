import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '#api/permissions'
import { openWorld, type Who, type World } from './world.ts'

const everybody: Readonly<Record<Who, string>> = {
  viewer: 'viewer',
  responder: 'responder',
  approver1: 'approver',
  approver2: 'approver',
  auditor: 'auditor',
  admin: 'admin',
  intake: 'machine',
}

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const routes = Object.entries(permissions).map(([route, roles]) => {
  const [method = '', path = ''] = route.split(' ')
  // An id that names nothing, so that whoever may call changes nothing.
  return { route, method: method as 'GET', path: path.replaceAll(/:\w+/g, 'nothing'), pattern: path, roles }
})
const closed = routes.filter(({ roles }) => roles !== 'open')
// It answers for ever; who may call it is decided before that.
const answering = closed.filter(({ path }) => path !== '/api/stream')

describe('every route', () => {
  it('exists as it is named in the table', () => {
    const missing = routes.filter(({ method, pattern }) => !world.app.hasRoute({ method, url: pattern }))
    expect(missing.map(({ route }) => route)).toEqual([])
  })

  it('of the description is in the table', async () => {
    const { paths } = (await world.call('GET', '/api/openapi.json')).body
    const described = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    expect(described.filter((route) => permissions[route] === undefined)).toEqual([])
  })

  it.each(closed)('$route answers 401 without a token and with a wrong one', async ({ method, path }) => {
    expect(await world.call(method, path)).toMatchObject({ status: 401, body: { code: 'not_authenticated' } })
    const wrong = await world.app.inject({ method, url: path, headers: { authorization: 'Bearer wrong' } })
    expect(wrong.statusCode).toBe(401)
  })

  it.each(Object.entries(everybody))('lets %s do what a %s may, and nothing else', async (who, role) => {
    const wrong: string[] = []
    for (const { route, method, path, roles } of answering) {
      const { status } = await world.call(method, path, who as Who)
      const may = roles === 'open' || roles.some((one) => one === role)
      if (status === 401 || (status === 403) === may) wrong.push(`${route}: ${status}`)
    }
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
