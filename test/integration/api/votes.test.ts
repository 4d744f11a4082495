import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson } from '#store/people/people'
import { castVote } from '#store/votes/votes'
import { proposePlan } from './plans-made.ts'
import { openWorld, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const vote = (hash: string, who: Who, decision: string, reason?: string) =>
  world.call('POST', `/api/plans/${hash}/votes`, who, { decision, ...(reason === undefined ? {} : { reason }) })
const eventsOf = async (incident: string): Promise<readonly string[]> =>
  (await world.call('GET', `/api/incidents/${incident}/timeline`, 'auditor')).body.events.map(
    ({ type }: { type: string }) => type,
  )

describe('a vote', () => {
  it('of the second approver makes the quorum, starts the run-by clock and wakes the incident', async () => {
    const { hash, incident } = await proposePlan(world)
    expect(await vote(hash, 'approver1', 'approve')).toMatchObject({
      status: 200,
      body: { status: 'proposed', quorum: { required: 2, given: 1, eligible: 2 } },
    })
    const waiting = (await world.call('GET', `/api/incidents/${incident}`, 'auditor')).body.waitingFor
    expect(waiting).toMatchObject({ what: 'votes', plan: hash, whom: ['approver2'] })
    const { body } = await vote(hash, 'approver2', 'approve')
    expect(body).toMatchObject({ status: 'approved', quorum: { given: 2 } })
    expect(Date.parse(body.runBy) - Date.parse(body.approvedAt)).toBe(900_000)
    expect(await eventsOf(incident)).toEqual([
      'incident.opened',
      'finding.received',
      'vote.cast',
      'vote.cast',
      'plan.approved',
    ])
    expect((await world.call('GET', `/api/incidents/${incident}`, 'auditor')).body.waitingFor).toMatchObject({
      what: 'execution',
      plan: hash,
    })
  })

  it('given again changes nothing', async () => {
    const { hash, incident } = await proposePlan(world)
    const first = await vote(hash, 'approver1', 'approve')
    expect(await vote(hash, 'approver1', 'approve')).toMatchObject({ status: 200, body: first.body })
    expect(await eventsOf(incident)).toHaveLength(3)
  })

  it('to deny is final, and says so to whoever comes later', async () => {
    const { hash } = await proposePlan(world)
    expect((await vote(hash, 'approver1', 'deny', 'It is our own test')).body).toMatchObject({
      status: 'denied',
      statusReason: 'approver1 denied it: It is our own test',
    })
    const late = await vote(hash, 'approver2', 'approve')
    expect(late).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect(late.body.detail).toMatch(/^approver1 denied the plan at 20/)
    expect((await vote(hash, 'approver1', 'approve')).status).toBe(409)
    expect((await vote(hash, 'approver1', 'deny')).status).toBe(200)
  })

  it('to hold stops the quorum until its person approves', async () => {
    const { hash } = await proposePlan(world)
    await vote(hash, 'approver1', 'approve')
    await vote(hash, 'approver1', 'hold')
    expect((await vote(hash, 'approver2', 'approve')).body.status).toBe('proposed')
    expect((await vote(hash, 'approver1', 'approve')).body.status).toBe('approved')
  })

  it('to hold stops an approved plan too, and taking it back leaves the clock as it was', async () => {
    const { hash, incident } = await proposePlan(world)
    await vote(hash, 'approver1', 'approve')
    const { runBy } = (await vote(hash, 'approver2', 'approve')).body
    expect((await vote(hash, 'approver1', 'hold')).body).toMatchObject({ status: 'approved', runBy })
    expect(await eventsOf(incident)).toContain('plan.held')
    expect((await vote(hash, 'approver1', 'approve')).body).toMatchObject({ status: 'approved', runBy })
    expect((await eventsOf(incident)).filter((type) => type === 'plan.approved')).toHaveLength(1)
  })

  it('is taken back by its person as long as nothing is changed, and anybody who may approve makes it good', async () => {
    const { hash, incident } = await proposePlan(world)
    expect((await vote(hash, 'approver1', 'withdraw')).body).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/^There is no vote of .* on this plan to take back/),
    })
    await vote(hash, 'approver1', 'approve')
    expect((await vote(hash, 'approver1', 'withdraw')).body).toMatchObject({ quorum: { given: 0 } })
    expect((await vote(hash, 'approver2', 'approve')).body.status).toBe('proposed')
    const { runBy } = (await vote(hash, 'approver1', 'approve')).body
    expect((await vote(hash, 'approver2', 'withdraw', 'Wrong instance')).body).toMatchObject({
      status: 'approved',
      quorum: { given: 1 },
    })
    const { body } = await world.call('GET', `/api/incidents/${incident}`, 'auditor')
    expect(body.waitingFor).toMatchObject({ what: 'votes', plan: hash, whom: ['approver2'], until: runBy })
    expect((await vote(hash, 'approver2', 'approve')).body).toMatchObject({ status: 'approved', runBy })
    expect((await vote(hash, 'approver2', 'approve')).status).toBe(200)
  })

  it('to deny stops an approved plan that has not begun', async () => {
    const { hash } = await proposePlan(world)
    await vote(hash, 'approver1', 'approve')
    await vote(hash, 'approver2', 'approve')
    expect((await vote(hash, 'approver2', 'deny')).body.status).toBe('denied')
  })

  it('after decide-by ends the plan as expired', async () => {
    const { hash, incident } = await proposePlan(world, { decideInMs: 20 })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(await vote(hash, 'approver1', 'approve')).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect((await world.call('GET', `/api/plans/${hash}`, 'auditor')).body).toMatchObject({
      status: 'expired',
      votes: [],
    })
    expect(await eventsOf(incident)).toContain('plan.expired')
  })

  it('of the proposer is refused as not permitted, before anything that is closed', async () => {
    const { hash } = await proposePlan(world, { proposer: 'approver1' })
    await vote(hash, 'approver2', 'deny')
    expect(await vote(hash, 'approver1', 'approve')).toMatchObject({ status: 403, body: { code: 'not_permitted' } })
  })

  it('that is no decision is refused', async () => {
    const { hash } = await proposePlan(world)
    expect(await vote(hash, 'approver1', 'maybe')).toMatchObject({ status: 400, body: { code: 'invalid_input' } })
  })

  it('decides once when twenty approvers race', async () => {
    const { hash, incident } = await proposePlan(world)
    const crowd = Array.from({ length: 20 }, (_, index) => ({
      id: `crowd-${index}`,
      name: `Crowd ${index}`,
      roles: ['approver'] as const,
      groups: [`group-${index}`],
    }))
    await world.owner.transaction().execute(async (tx) => {
      for (const person of crowd) await addPerson(tx, person)
    })
    const cast = await Promise.all(
      crowd.map((person) =>
        castVote(world.db, { plan: hash, person, decision: 'approve', reason: null, session: 'a sign-in' }),
      ),
    )
    expect(cast.filter(({ kind }) => kind === 'counted')).toHaveLength(2)
    expect((await eventsOf(incident)).filter((type) => type === 'plan.approved')).toHaveLength(1)
    await world.owner.deleteFrom('vote').where('person', 'like', 'crowd-%').execute()
    await world.owner.deleteFrom('person').where('id', 'like', 'crowd-%').execute()
  })

  it('that was made while signed in by cookie names that sign-in, which stays after signing out', async () => {
    const { hash } = await proposePlan(world)
    const signIn = await world.app.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { token: 'token-of-approver1' },
    })
    const cookie = String(signIn.headers['set-cookie']).split(';')[0] ?? ''
    const cast = await world.app.inject({
      method: 'POST',
      url: `/api/plans/${hash}/votes`,
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      payload: { decision: 'approve' },
    })
    expect(cast.statusCode).toBe(200)
    await world.app.inject({ method: 'DELETE', url: '/api/sign-in', headers: { cookie } })
    expect((await world.app.inject({ method: 'GET', url: '/api/me', headers: { cookie } })).statusCode).toBe(401)
    const { session } = await world.owner
      .selectFrom('vote')
      .select('session')
      .where('plan', '=', hash)
      .executeTakeFirstOrThrow()
    const row = await world.owner
      .selectFrom('session')
      .select('person')
      .where('token_hash', '=', session)
      .executeTakeFirst()
    expect(row?.person).toBe('approver1')
  })
})

describe('a change with a cookie', () => {
  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://elsewhere.example' },
  ])('from %j is refused', async (headers) => {
    const signIn = await world.app.inject({ method: 'POST', url: '/api/sign-in', payload: { token: 'token-of-admin' } })
    const cookie = String(signIn.headers['set-cookie']).split(';')[0] ?? ''
    expect(String(signIn.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)
    const reply = await world.app.inject({
      method: 'POST',
      url: '/api/freeze',
      headers: { cookie, ...headers },
      payload: {},
    })
    expect(reply.statusCode).toBe(403)
  })
})
