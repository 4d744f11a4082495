import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '#api/permissions'
import { proposePlan } from './plans-made.ts'
import { openWorld, tokenOf, type World } from './world.ts'

const PUBLIC_URL = 'https://cordon.example'
const HOST = 'cordon.example'

let world: World
let cookie: string
beforeAll(async () => {
  world = await openWorld({ publicUrl: PUBLIC_URL })
  const signIn = await world.app.inject({
    method: 'POST',
    url: '/api/sign-in',
    payload: { token: tokenOf('approver1') },
  })
  cookie = String(signIn.headers['set-cookie'])
})
afterAll(() => world.close())

const methods = ['GET', 'HEAD', 'POST', 'DELETE'] as const
const origins = [
  undefined,
  PUBLIC_URL,
  'https://elsewhere.example',
  'https://cordon.example.elsewhere.example',
  'http://cordon.example',
  'null',
] as const
const sites = [undefined, 'same-origin', 'same-site', 'cross-site', 'none'] as const
const types = [
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  undefined,
] as const

interface Attempt {
  readonly method: (typeof methods)[number]
  readonly hasCookie: boolean
  readonly origin: (typeof origins)[number]
  readonly site: (typeof sites)[number]
  readonly type: (typeof types)[number]
}

const attempts: readonly Attempt[] = methods.flatMap((method) =>
  [true, false].flatMap((hasCookie) =>
    origins.flatMap((origin) =>
      sites.flatMap((site) => types.map((type) => ({ method, hasCookie, origin, site, type }))),
    ),
  ),
)

/** Told from Fetch Metadata and RFC 6454: what a browser says of where a request comes from. */
function comesFromUs({ origin, site }: Attempt): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return origin === undefined || origin === PUBLIC_URL
}

describe('a request with the cookie of somebody who is signed in', () => {
  it('changes something only when it comes from our own page and is JSON', async () => {
    const wrong: string[] = []
    for (const attempt of attempts) {
      const { hash } = attempt.method === 'POST' && attempt.hasCookie ? await planToDecide() : { hash: 'nothing' }
      const { method, hasCookie, origin, site, type } = attempt
      const reply = await world.app.inject({
        method,
        url: `/api/plans/${hash}/votes`,
        headers: {
          host: HOST,
          ...(hasCookie ? { cookie: cookie.split(';')[0] ?? '' } : {}),
          ...(origin === undefined ? {} : { origin }),
          ...(site === undefined ? {} : { 'sec-fetch-site': site }),
          ...(type === undefined ? {} : { 'content-type': type }),
        },
        ...(method === 'POST' ? { payload: JSON.stringify({ decision: 'hold' }) } : {}),
      })
      const isJson = type === 'application/json'
      const mayChange = method === 'POST' && hasCookie && comesFromUs(attempt) && isJson
      const hasChanged = reply.statusCode === 200
      if (hasChanged !== mayChange) wrong.push(`${JSON.stringify(attempt)}: ${reply.statusCode}`)
    }
    expect(attempts.length).toBe(1200)
    expect(wrong).toEqual([])
  })

  it('needs a cookie that neither scripts nor other sites nor a connection in the clear can use', () => {
    expect(cookie).toMatch(/^cordon_session=[\w-]{43}; Path=\/; Expires=.+; HttpOnly; Secure; SameSite=Strict$/)
  })
})

let open: { readonly hash: string } | undefined

/** A plan that this person does not hold yet: the same word twice changes nothing. */
async function planToDecide(): Promise<{ readonly hash: string }> {
  open ??= await proposePlan(world, { decideInMs: 600_000 })
  await world.owner.deleteFrom('vote').execute()
  return open
}

describe('a request that reads', () => {
  it('decides nothing, whoever sends it and whatever it carries', async () => {
    const { hash } = await proposePlan(world)
    const state = async () => ({
      votes: await world.owner.selectFrom('vote').selectAll().execute(),
      plans: await world.owner.selectFrom('plan').select(['hash', 'status']).execute(),
      people: await world.owner.selectFrom('person').selectAll().execute(),
      freezes: await world.owner.selectFrom('freeze_order').selectAll().execute(),
      tokens: await world.owner.selectFrom('api_token').select('id').execute(),
      events: (await world.owner.selectFrom('audit_entry').select('id').execute()).length,
    })
    const before = await state()
    const reading = Object.keys(permissions).filter((route) => route.startsWith('GET ') && !route.endsWith('/stream'))
    for (const route of reading)
      for (const query of ['', '?decision=approve', '?_method=POST&decision=approve'])
        for (const who of ['approver1', 'admin'] as const)
          await world.app.inject({
            method: 'GET',
            url: `${route.slice(4).replace(':hash', hash).replaceAll(/:\w+/g, 'x')}${query}`,
            headers: { authorization: `Bearer ${tokenOf(who)}`, 'x-http-method-override': 'POST' },
          })
    expect(await state()).toEqual(before)
  })
})
