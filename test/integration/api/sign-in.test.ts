import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashPassword, isPassword } from '#api/passwords'
import { makeFirstPeople } from '#store/people/first-people'
import { keepPassword } from '#store/people/passwords'
import { personNamed } from '#store/people/people'
import { makeSetUpLink } from '#store/people/set-up-links'
import { freshDatabase } from '../../support/postgres.ts'
import { openWorld, type Who, type World } from './world.ts'

const PASSWORD = 'correct horse battery'

let world: World
beforeAll(async () => {
  world = await openWorld()
  for (const who of ['approver1', 'approver2', 'responder'] as const) await setPassword(who)
})
afterAll(() => world.close())
beforeEach(() => world.owner.deleteFrom('sign_in_attempt').execute())

async function setPassword(who: Who): Promise<void> {
  const hash = await hashPassword(PASSWORD)
  await world.owner.transaction().execute(async (tx) => {
    const person = await personNamed(tx, who)
    if (person !== undefined) await keepPassword(tx, person, hash)
  })
}

interface From {
  readonly address?: string
  readonly cookie?: string
}

async function signIn(body: object, { address = '127.0.0.1', cookie }: From = {}) {
  const reply = await world.app.inject({
    method: 'POST',
    url: '/api/sign-in',
    remoteAddress: address,
    headers: cookie === undefined ? {} : { cookie },
    payload: body,
  })
  return {
    status: reply.statusCode,
    body: reply.json(),
    cookie: String(reply.headers['set-cookie'] ?? '').split(';')[0] ?? '',
  }
}
const byPassword = (person: string, password = PASSWORD, from: From = {}) => signIn({ person, password }, from)
const statusWith = async (cookie: string): Promise<number> =>
  (await world.app.inject({ method: 'GET', url: '/api/me', headers: { cookie } })).statusCode
const eventsOf = async (type: string) =>
  (await world.owner.selectFrom('audit_entry').select('body').where('type', '=', type).execute()).map(
    ({ body }) => JSON.parse(body.toString('utf8')) as { refs: Record<string, string>; text: string },
  )

describe('a password', () => {
  it('signs its person in by a cookie, and nobody by another one', async () => {
    const { status, body, cookie } = await byPassword('approver1')
    expect({ status, body }).toMatchObject({ status: 200, body: { person: { id: 'approver1' } } })
    expect(await statusWith(cookie)).toBe(200)
    expect(await byPassword('approver1', `${PASSWORD}!`)).toMatchObject({ status: 401, cookie: '' })
  })

  it('is stored as scrypt with its parameters and a salt of its own', async () => {
    const rows = await world.owner.selectFrom('password').select('hash').execute()
    expect(rows.every(({ hash }) => /^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/.test(hash))).toBe(true)
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(rows.length)
    // Made with weaker parameters before: still the same password.
    expect(await isPassword('x', 'scrypt$16$1$1$AAAA$AAAA')).toBe(false)
  })

  it('is not asked of whoever has none, is disabled or does not exist in another way or time', async () => {
    const told = await Promise.all(
      ['approver1', 'auditor', 'nobody-at-all'].map((person) => byPassword(person, 'wrong')),
    )
    expect(new Set(told.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const times: Record<string, number> = {}
    for (const person of ['approver1', 'nobody-at-all']) {
      const begun = performance.now()
      for (let at = 0; at < 3; at += 1) await byPassword(person, 'wrong', { address: `198.51.100.${at}` })
      times[person] = performance.now() - begun
    }
    const ratio = (times['nobody-at-all'] ?? 0) / (times['approver1'] ?? 1)
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })

  it('is the same however its letters were composed', async () => {
    const hash = await hashPassword('Schl\u00fcsselbund')
    expect(await isPassword('Schlu\u0308sselbund', hash)).toBe(true)
  })
})

describe('attempts to sign in', () => {
  it('of one person from one place are judged five times in five minutes, right or wrong', async () => {
    for (let at = 0; at < 5; at += 1)
      expect((await byPassword('approver2', 'wrong', { address: '203.0.113.9' })).status).toBe(401)
    const reply = await byPassword('approver2', PASSWORD, { address: '203.0.113.9' })
    expect(reply).toMatchObject({ status: 429, body: { code: 'throttled' } })
    await sql`update sign_in_attempt set since = since - interval '6 minutes'`.execute(world.owner)
    expect((await byPassword('approver2', PASSWORD, { address: '203.0.113.9' })).status).toBe(200)
  })

  it('from one place are judged thirty times, whoever they name', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, at) => signIn({ token: `guess-${at}` }, { address: '203.0.113.10' })),
    )
    expect(statuses.filter(({ status }) => status === 401)).toHaveLength(30)
    expect(statuses.filter(({ status }) => status === 429)).toHaveLength(10)
  })

  it('of strangers from everywhere do not keep the person out of a place that they know', async () => {
    expect((await byPassword('responder', PASSWORD, { address: '192.0.2.1' })).status).toBe(200)
    const strangers: number[] = []
    for (let at = 0; at < 34; at += 1)
      strangers.push((await byPassword('responder', 'wrong', { address: `198.51.100.${at}` })).status)
    // Their own first sign-in, from a place that was new then, was one of the thirty.
    expect(strangers.filter((status) => status === 429)).toHaveLength(5)
    expect((await byPassword('responder', PASSWORD, { address: '198.51.100.200' })).status).toBe(429)
    expect((await byPassword('responder', PASSWORD, { address: '192.0.2.1' })).status).toBe(200)
  })

  it('beyond a limit are told to the log once for each window, without what was typed', async () => {
    const before = (await eventsOf('sign-in.throttled')).length
    for (let at = 0; at < 12; at += 1) await byPassword('approver1', `secret-guess-${at}`, { address: '203.0.113.11' })
    const told = await eventsOf('sign-in.throttled')
    expect(told.length).toBe(before + 1)
    expect(JSON.stringify(told)).not.toContain('secret-guess')
  })
})

describe('a sign-in', () => {
  it('has a new token each time, and ends the one that the browser had', async () => {
    const first = await byPassword('approver1')
    const second = await byPassword('approver1', PASSWORD, { cookie: first.cookie })
    expect(second.cookie).not.toBe(first.cookie)
    expect(await statusWith(first.cookie)).toBe(401)
    expect(await statusWith(second.cookie)).toBe(200)
  })

  it('cannot be begun by another site, nor ended', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' }
    const payload = { person: 'approver1', password: PASSWORD }
    expect((await world.app.inject({ method: 'POST', url: '/api/sign-in', headers, payload })).statusCode).toBe(403)
    expect((await world.app.inject({ method: 'DELETE', url: '/api/sign-in', headers })).statusCode).toBe(403)
  })

  it('is listed for its person, and everybody’s for an operator; each can be ended', async () => {
    const { cookie } = await byPassword('approver1')
    const as = (url: string, method: 'GET' | 'DELETE' = 'GET') =>
      world.app.inject({ method, url, headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    const mine = (await as('/api/sessions')).json().sessions
    expect(mine.every(({ person }: { person: string }) => person === 'approver1')).toBe(true)
    expect(mine.filter(({ isThis }: { isThis: boolean }) => isThis)).toMatchObject([
      { means: 'password', address: '127.0.0.1' },
    ])
    const everybodys = (await world.call('GET', '/api/sessions', 'operator')).body.sessions
    expect(new Set(everybodys.map(({ person }: { person: string }) => person)).size).toBeGreaterThan(5)
    const other = everybodys.find(({ person }: { person: string }) => person === 'auditor')
    expect((await as(`/api/sessions/${other.id}`, 'DELETE')).statusCode).toBe(404)
    const { id } = mine.find(({ isThis }: { isThis: boolean }) => isThis)
    expect((await world.call('DELETE', `/api/sessions/${id}`, 'operator')).status).toBe(204)
    expect(await statusWith(cookie)).toBe(401)
    expect((await eventsOf('sign-in.ended')).at(-1)?.refs).toMatchObject({ person: 'approver1' })
  })
})

describe('a set-up link', () => {
  const linkFor = (who: Who) =>
    world.owner.transaction().execute(async (tx) => {
      const person = await personNamed(tx, who)
      if (person === undefined) throw new Error(`There is no ${who}`)
      return makeSetUpLink(tx, person, { kind: 'cordon', id: 'setup' })
    })
  const use = (token: string, password = 'a password of my own') =>
    world.call('POST', '/api/sign-in/set-up', undefined, { token, password })

  it('sets a password once and signs in', async () => {
    const token = await linkFor('viewer')
    expect((await use(token, 'short')).status).toBe(400)
    const { status, headers } = await use(token)
    expect(status).toBe(200)
    expect(String(headers['set-cookie'])).toContain('cordon_session=')
    expect((await use(token, 'another password')).status).toBe(401)
    expect((await byPassword('viewer', 'a password of my own')).status).toBe(200)
  })

  it('is void after an hour, and when another one was made', async () => {
    const old = await linkFor('viewer')
    const next = await linkFor('viewer')
    expect((await use(old)).status).toBe(401)
    await sql`update setup_link set expires_at = clock_timestamp()`.execute(world.owner)
    expect((await use(next)).status).toBe(401)
  })

  it('is used once also when two use it at the same moment', async () => {
    const token = await linkFor('viewer')
    const statuses = (await Promise.all([use(token), use(token), use(token)])).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 401, 401])
  })
})

describe('the first people of an installation', () => {
  const people = [
    { id: 'ada', name: 'Ada', roles: ['approver'], groups: ['security'] },
    { id: 'ben', name: 'Ben', roles: ['approver'], groups: ['platform'] },
    { id: 'olga', name: 'Olga', roles: ['operator'], groups: ['operations'] },
    { id: 'petra', name: 'Petra', roles: ['policy-admin'], groups: ['governance'] },
  ] as const

  it('are made once, each with a link, and only while there is nobody', async () => {
    const database = await freshDatabase()
    const made = await makeFirstPeople(database.ownerUrl, people)
    expect(made.map(({ person }) => person.id)).toEqual(['ada', 'ben', 'olga', 'petra'])
    expect(new Set(made.map(({ setUp }) => setUp)).size).toBe(4)
    await expect(makeFirstPeople(database.ownerUrl, people)).rejects.toMatchObject({ refusal: 'conflict' })
    await database.drop()
  })

  it('are made by one of two set-ups at the same moment', async () => {
    const database = await freshDatabase()
    const made = await Promise.allSettled([1, 2, 3].map(() => makeFirstPeople(database.ownerUrl, people)))
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await database.drop()
  })

  it.each<readonly [string, (typeof people)[number]['id'], object, string]>([
    ['one group of approvers', 'ben', { groups: ['security'] }, 'Two approvers of two groups'],
    ['nobody who looks after policy', 'petra', { roles: ['viewer'] }, 'An operator and a policy-admin'],
    ['one group that looks after people', 'petra', { groups: ['operations'] }, 'An operator and a policy-admin'],
    ['an id that is none', 'ada', { id: 'Ada Lovelace' }, 'is no id'],
    ['somebody twice', 'ben', { id: 'ada' }, 'named twice'],
  ])('are refused with %s', async (_, id, change, reason) => {
    const wrong = people.map((person) => (person.id === id ? { ...person, ...change } : person))
    const database = await freshDatabase()
    await expect(makeFirstPeople(database.ownerUrl, wrong)).rejects.toThrow(reason)
    await database.drop()
  })
})
