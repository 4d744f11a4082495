import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from './findings-made.ts'
import { openWorld, tokenOf, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

let made = 0
async function held(): Promise<string> {
  made += 1
  const sent = finding({ id: `held-${made}`, user: `held-${made}` })
  const { body } = await world.call('POST', '/api/findings', 'intake', sent)
  const id: string = body.incidents[0].incident
  await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
  return id
}

const detail = async (id: string) => (await world.call('GET', `/api/incidents/${id}`, 'auditor')).body
const waits = async (who: Who) => (await world.call('GET', '/api/waiting', who)).body
const help = (id: string, of: string) =>
  world.call('POST', `/api/incidents/${id}/help`, 'responder', { of, reason: 'two must look' })
const handOver = (id: string, who: Who, to: string) =>
  world.call('POST', `/api/incidents/${id}/hand-over`, who, { to, note: 'my shift ends' })

const keyed = (id: string, key: string, reason: string) =>
  world.app.inject({
    method: 'POST',
    url: `/api/incidents/${id}/help`,
    headers: { authorization: `Bearer ${tokenOf('responder')}`, 'idempotency-key': key },
    payload: { of: 'approver1', reason },
  })

describe('asking for help', () => {
  it('is in the page’s text and in the event: who, whom and why', async () => {
    const id = await held()
    const { body } = await help(id, 'security')
    const text = 'Rosa Responder asks security for help: two must look'
    expect(body.pages).toMatchObject([{ person: 'approver1', text, status: 'sending' }])
    const timeline = await world.call('GET', `/api/incidents/${id}/timeline?limit=100`, 'auditor')
    expect(timeline.body.events.filter(({ type }: { type: string }) => type === 'appeal.opened')).toMatchObject([
      { text },
    ])
    expect(world.woken.some(({ incident }) => incident === id)).toBe(true)
    expect((await waits('approver1')).appeals).toMatchObject([{ incident: id, kind: 'help', by: 'responder' }])
  })

  it('happens once for an idempotency key, which is good for nothing else', async () => {
    const id = await held()
    for (let times = 0; times < 2; times += 1) expect((await keyed(id, 'one', 'why')).statusCode).toBe(200)
    expect((await detail(id)).appeals).toHaveLength(1)
    expect((await keyed(id, 'one', 'another')).statusCode).toBe(409)
  })

  it.each([
    ['nobody', 'person_unknown'],
    ['audit', 'group_empty'],
    ['auditor', 'unprocessable'],
    ['responder', 'unprocessable'],
  ])('of %s is refused as %s', async (of, code) => {
    const { status, body } = await help(await held(), of)
    expect([status, body.code]).toEqual([422, code])
  })

  it('of somebody without access, and about a closed incident, is refused', async () => {
    const id = await held()
    await world.owner.updateTable('person').set({ disabled_at: new Date() }).where('id', '=', 'author').execute()
    expect((await help(id, 'author')).body.code).toBe('person_inactive')
    await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'benign' })
    expect((await help(id, 'approver1')).body.code).toBe('conflict')
  })
})

describe('handing over', () => {
  it('is for who looks after the incident, and never leaves it without somebody', async () => {
    const id = await held()
    expect((await handOver(id, 'approver1', 'approver2')).status).toBe(409)
    expect((await handOver(id, 'responder', 'approver1')).body.acknowledgedBy).toBe('responder')
    expect((await handOver(id, 'responder', 'approver2')).status).toBe(409)
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'approver2')
    expect((await detail(id)).acknowledgedBy).toBe('responder')
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'approver1')
    expect((await detail(id)).acknowledgedBy).toBe('approver1')
  })

  it('is over when its person says that they keep it', async () => {
    const id = await held()
    await handOver(id, 'responder', 'approver1')
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'approver1')
    const { acknowledgedBy, appeals } = await detail(id)
    expect([acknowledgedBy, appeals[0].status]).toEqual(['responder', 'kept'])
  })

  it('has one winner when two act at once', async () => {
    const id = await held()
    await handOver(id, 'responder', 'approver1')
    await Promise.all(
      (['responder', 'approver1'] as const).map((who) => world.call('POST', `/api/incidents/${id}/acknowledge`, who)),
    )
    const { acknowledgedBy, appeals } = await detail(id)
    expect(acknowledgedBy).toBe(appeals[0].status === 'kept' ? 'responder' : 'approver1')
  })

  it('of everything that somebody holds leaves what is on its way, and a refusal moves nothing', async () => {
    const ids = [await held(), await held()]
    const body = { to: 'approver2', note: 'good night' }
    expect((await world.call('POST', '/api/hand-overs', 'responder', { ...body, to: 'nobody' })).status).toBe(422)
    const { incidents } = (await world.call('POST', '/api/hand-overs', 'responder', body)).body
    expect(incidents).toEqual(expect.arrayContaining(ids))
    for (const id of ids) expect((await detail(id)).appeals).toMatchObject([{ of: 'approver2', status: 'open' }])
    expect((await world.call('POST', '/api/hand-overs', 'responder', body)).body.incidents).toEqual([])
  })
})

describe('a comment that names people', () => {
  const hostile = '@approver1 @approver1 @zoe <script>alert(1)</script>'
  const say = (id: string, text: string) => world.call('POST', `/api/incidents/${id}/comments`, 'responder', { text })

  it('is one message for each of them, until they have read it', async () => {
    const id = await held()
    const { body } = await say(id, hostile)
    const { pages } = await detail(id)
    expect(pages).toMatchObject([{ person: 'approver1', class: 'message', status: 'sending' }])
    expect((await waits('approver1')).mentions).toMatchObject([{ comment: body.id, text: hostile, by: 'responder' }])
    const read = { comments: [body.id] }
    await world.call('POST', '/api/mentions/read', 'approver2', read)
    expect((await waits('approver1')).mentions).toHaveLength(1)
    expect((await world.call('POST', '/api/mentions/read', 'approver1', read)).status).toBe(204)
    expect((await waits('approver1')).mentions).toEqual([])
  })

  it('takes no place of a page, and too many of them stay in the console', async () => {
    const id = await held()
    // What the other tests sent is long ago.
    await sql`update page set sent_at = sent_at - interval '1 hour'`.execute(world.owner)
    for (let times = 0; times < 10; times += 1) await say(id, `@approver2 ${times}`)
    await help(id, 'approver2')
    const { pages } = await detail(id)
    const of = (wanted: string): readonly string[] =>
      pages.filter((page: { class: string }) => page.class === wanted).map(({ status }: { status: string }) => status)
    expect(of('message')).toContain('recorded')
    expect(of('message').filter((status) => status === 'sending')).toHaveLength(6)
    expect(of('page')).toEqual(['sending'])
  })

  it('is told to nobody when the comment is refused', async () => {
    expect((await say('inc-none', '@approver1')).status).toBe(404)
    expect((await waits('approver1')).mentions).toEqual([])
  })
})
