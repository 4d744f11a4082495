import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGateClient, type GateClient } from '#activities/ask-gate'
import type { PermitAnswer } from '#domain/permit'
import { createGate } from '#gate/gate'
import type { Mint } from '#gate/mint'
import { createGateServer, type GateServer } from '#gate/server'
import { connect, type Database } from '#store/database/database'
import { lockVotes } from '#store/votes/voting'
import { until } from '../../support/until.ts'
import { denying, seen } from './steps-made.ts'
import { dropDatabase, type GateWorld, openGateWorld, type StoredPlan } from './world.ts'

const SECRET = 'a-secret-of-this-test'
const log = pino({ level: 'silent' })
const expiresAt = new Date(Date.now() + 900_000).toISOString()
const credentials = { accessKeyId: 'ASIATEST', secretAccessKey: 'secret', sessionToken: 'token', expiresAt }
/** STS is the border here; the tests of minting talk to it. */
const mint: Mint = () => Promise.resolve({ kind: 'minted', credentials })

let world: GateWorld
let folder: string
let socket: string
let client: GateClient
const servers: GateServer[] = []

beforeEach(async () => {
  world = await openGateWorld()
  folder = mkdtempSync(join(tmpdir(), 'cordon-gate-'))
  socket = join(folder, 'gate.sock')
  await serve(world.db, socket)
  client = createGateClient({ socket, secret: SECRET })
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})
afterAll(dropDatabase)

async function serve(db: Database, path: string, access?: 'owner' | 'group'): Promise<GateServer> {
  const settings = { gate: createGate({ db, mint, log }), secret: SECRET, log }
  const server = createGateServer(access === undefined ? settings : { ...settings, access })
  await server.listen(path)
  servers.push(server)
  return server
}

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly authorization?: string
  readonly body?: string
}

const send = ({ method = 'POST', path = '/permits', authorization = `Bearer ${SECRET}`, body = '' }: Sent) =>
  new Promise<{ readonly status: number; readonly code: unknown }>((resolve, reject) => {
    const asking = request({ socketPath: socket, method, path, headers: { authorization } }, (response) => {
      answerIn(response).then(resolve, reject)
    })
    asking.once('error', reject)
    asking.end(body)
  })

async function answerIn(response: IncomingMessage): Promise<{ readonly status: number; readonly code: unknown }> {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  const { code } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { code?: unknown }
  return { status: response.statusCode ?? 0, code }
}

const question = ({ hash }: StoredPlan) => ({ plan: hash, step: 0, observed: seen(denying()) })
const permits = () => world.owner.selectFrom('permit').selectAll().execute()

const gatesWaiting = async () => {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
    where usename = 'cordon_gate' and datname = current_database() and wait_event_type = 'Lock'`.execute(world.owner)
  return rows[0]?.n ?? 0
}

function permitted(answer: PermitAnswer) {
  if (answer.kind !== 'permitted') throw new Error(`Not permitted: ${JSON.stringify(answer)}`)
  return answer
}

describe('the gate’s socket', () => {
  it('gives the executor a permit with credentials, and takes its end', async () => {
    const plan = await world.approve([denying()])
    const { permit, attempt, calls, ...rest } = permitted(await client.ask(question(plan)))
    expect(rest).toMatchObject({ credentials })
    expect(await client.end(permit, { attempt, outcome: { kind: 'applied', calls, made: [] } })).toEqual({
      kind: 'closed',
    })
    expect(await client.ask(question(plan))).toMatchObject({ kind: 'settled', outcome: { kind: 'applied', calls } })
  })

  it('tells the executor of a refusal by its code', async () => {
    const plan = await world.propose([denying()])
    expect(await client.ask(question(plan))).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
    expect(await client.ask({ ...question(plan), plan: 'f'.repeat(64) })).toMatchObject({ code: 'not_found' })
    expect(await client.ask({ ...question(plan), step: 7 })).toMatchObject({ code: 'not_found' })
  })

  it.each(['', 'Bearer ', `Bearer ${SECRET}x`, SECRET, `Bearer ${SECRET.toUpperCase()}`])(
    'answers nobody who says “%s”, and records nothing',
    async (authorization) => {
      const plan = await world.approve([denying()])
      const told = (await world.events()).length
      const answer = await send({ authorization, body: JSON.stringify(question(plan)) })
      expect(answer).toEqual({ status: 401, code: 'not_authenticated' })
      expect(await permits()).toEqual([])
      expect(await world.events()).toHaveLength(told)
    },
  )

  it('may be opened by its own user only, and takes the place of one that a killed gate left', async () => {
    expect(statSync(socket).mode & 0o777).toBe(0o600)
    const left = join(folder, 'left.sock')
    writeFileSync(left, '')
    await serve(world.db, left)
    expect(statSync(left).isSocket()).toBe(true)
  })

  it('may be opened by its group too, and by nobody else, where that is said', async () => {
    const shared = join(folder, 'shared.sock')
    await serve(world.db, shared, 'group')
    expect(statSync(shared).mode & 0o777).toBe(0o660)
  })

  it('has two calls and no others', async () => {
    for (const sent of [{ method: 'GET' }, { path: '/' }, { path: '/permits/x/outcome' }, { path: '/permits?x' }])
      expect(await send(sent)).toEqual({ status: 404, code: 'not_found' })
  })
})

describe('a request that is no question', () => {
  const observed = { arn: 'arn:aws:iam::1:user/x', state: {}, tags: {} }
  const bodies: readonly (readonly [string, unknown])[] = [
    ['an empty body', ''],
    ['broken JSON', '{"plan":'],
    ['a scalar', 'null'],
    ['a list', []],
    ['no step', { plan: 'a', observed }],
    ['a negative step', { plan: 'a', step: -1, observed }],
    ['a fraction of a step', { plan: 'a', step: 0.5, observed }],
    ['a plan that is no text', { plan: { sql: 1 }, step: 0, observed }],
    ['nothing observed', { plan: 'a', step: 0 }],
    ['a state that is a list', { plan: 'a', step: 0, observed: { ...observed, state: [] } }],
    ['tags that are no texts', { plan: 'a', step: 0, observed: { ...observed, tags: { a: 1 } } }],
  ]
  it.each(bodies)('because of %s is refused as invalid', async (_, body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    expect(await send({ body: text })).toEqual({ status: 400, code: 'invalid_input' })
  })

  it('is refused when it is too large, and the next one is answered', async () => {
    expect(await send({ body: 'x'.repeat(300 * 1024) })).toEqual({ status: 413, code: 'too_large' })
    expect(await send({ body: 'x'.repeat(5 * 1024 * 1024) })).toEqual({ status: 413, code: 'too_large' })
    expect(await send({ body: '' })).toEqual({ status: 400, code: 'invalid_input' })
  })
})

describe('an end that is none', () => {
  const ends: readonly (readonly [string, unknown])[] = [
    ['has no attempt', { outcome: { kind: 'applied', calls: [], made: [] } }],
    ['has no outcome', { attempt: 1 }],
    ['has an unknown kind', { attempt: 1, outcome: { kind: 'fine', calls: [], made: [] } }],
    ['has an unknown code', { attempt: 1, outcome: { kind: 'failed', code: 'oh', reason: 'no' } }],
    ['has calls that are none', { attempt: 1, outcome: { kind: 'applied', calls: [null], made: [] } }],
  ]
  it.each(ends)('because it %s leaves the permit open', async (_, body) => {
    const plan = await world.approve([denying()])
    const { permit } = permitted(await client.ask(question(plan)))
    const answer = await send({ path: `/permits/${permit}/outcome`, body: JSON.stringify(body) })
    expect(answer).toEqual({ status: 400, code: 'invalid_input' })
    expect(await permits()).toMatchObject([{ closed_at: null }])
  })

  it('because its calls are not those of the step leaves the permit open', async () => {
    const plan = await world.approve([denying()])
    const { permit, attempt, calls } = permitted(await client.ask(question(plan)))
    const invented = calls.map((call) => ({ ...call, change: { ...call.change, before: '{"Allow":"everything"}' } }))
    const end = { attempt, outcome: { kind: 'applied', calls: invented, made: [] } } as const
    expect(await client.end(permit, end)).toMatchObject({ kind: 'refused', code: 'invalid_input' })
    expect(await permits()).toMatchObject([{ closed_at: null }])
  })
})

describe('two gates at once', () => {
  it('open one permit for a step and number its attempts one after the other', async () => {
    const other = connect(world.urlOf('gate'), 4)
    const place = join(folder, 'other.sock')
    await serve(other.db, place)
    const clients = [client, createGateClient({ socket: place, secret: SECRET })]
    const plan = await world.approve([denying()])
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, nth) => clients[nth % 2]?.ask(question(plan)) ?? Promise.reject(new Error())),
    )
    const attempts = answers.map((answer) => permitted(answer).attempt)
    expect(new Set(attempts)).toEqual(new Set(Array.from({ length: 12 }, (_, nth) => nth + 1)))
    expect(await permits()).toHaveLength(1)
    await other.close()
  })
})

describe('the gate fails closed', () => {
  it('when Postgres cannot be reached', async () => {
    const away = connect('postgres://cordon_gate:x@127.0.0.1:1/none', 1)
    const place = join(folder, 'away.sock')
    await serve(away.db, place)
    const plan = await world.approve([denying()])
    const answer = await createGateClient({ socket: place, secret: SECRET }).ask(question(plan))
    expect(answer).toMatchObject({ kind: 'refused', code: 'unavailable' })
    await away.close()
  })

  it('when Postgres ends its connections, and decides again when it is back', async () => {
    const plan = await world.approve([denying()])
    const waiting = await world.owner.transaction().execute(async (tx) => {
      await lockVotes(tx, plan.hash)
      const answer = client.ask(question(plan))
      await until('the gate waits', async () => ((await gatesWaiting()) === 1 ? true : undefined))
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'cordon_gate' and datname = current_database()`.execute(
        world.owner,
      )
      return answer
    })
    expect(waiting).toMatchObject({ kind: 'refused', code: 'unavailable' })
    expect(await permits()).toEqual([])
    expect(await client.ask(question(plan))).toMatchObject({ kind: 'permitted', attempt: 1 })
  })

  it('when there is no gate at all', async () => {
    for (const server of servers.splice(0)) await server.close()
    const plan = await world.approve([denying()])
    expect(await client.ask(question(plan))).toMatchObject({ kind: 'refused', code: 'unavailable' })
    const end = { attempt: 1, outcome: { kind: 'applied', calls: [], made: [] } } as const
    expect(await client.end('00000000-0000-0000-0000-000000000000', end)).toMatchObject({ code: 'unavailable' })
  })
})
