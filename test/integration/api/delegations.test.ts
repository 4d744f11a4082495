import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pagePeople } from '#store/paging/paging'
import { addPerson } from '#store/people/people'
import { proposePlan } from './plans-made.ts'
import { openWorld, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.owner.transaction().execute(async (tx) => {
    await addPerson(tx, { id: 'approver3', name: 'Cem Approver', roles: ['approver'], groups: ['platform'] })
    await addPerson(tx, { id: 'approver4', name: 'Bot', roles: ['approver', 'machine'], groups: ['platform'] })
  })
})
afterAll(() => world.close())
afterEach(async () => {
  await world.owner.deleteFrom('delegation').execute()
})

const delegate = (who: Who, to: string, minutes = 480) => world.call('POST', '/api/delegations', who, { to, minutes })
const inForce = async () => (await world.call('GET', '/api/delegations', 'auditor')).body.delegations
const events = async (type: string) =>
  (await world.owner.selectFrom('audit_entry').select('body').where('type', '=', type).orderBy('id').execute()).map(
    ({ body }) => JSON.parse(body.toString()),
  )

describe('a delegation', () => {
  it('is to an approver, for a shift at most, and is told', async () => {
    const { status, body } = await delegate('approver1', 'approver2', 720)
    expect(status).toBe(201)
    expect(Date.parse(body.endsAt) - Date.parse(body.startsAt)).toBe(12 * 3_600_000)
    expect(await inForce()).toMatchObject([{ from: 'approver1', to: 'approver2' }])
    expect((await events('delegation.begun')).at(-1)).toMatchObject({
      actor: { kind: 'person', id: 'approver1' },
      text: expect.stringContaining('Ben Approver stands for Ada Approver until'),
      refs: { delegation: body.id, from: 'approver1', to: 'approver2' },
    })
    expect((await delegate('responder', 'approver2', 721)).status).toBe(400)
    expect((await delegate('responder', 'approver2', 0)).status).toBe(400)
  })

  it.each(['responder', 'approver4', 'nobody', 'approver1'])(
    'to %s, who cannot vote for others, is refused',
    async (to) => {
      expect(await delegate('approver1', to)).toMatchObject({ status: 422, body: { code: 'unprocessable' } })
      expect(await inForce()).toEqual([])
    },
  )

  it('is not passed on, in either order, and there is one at a time', async () => {
    await delegate('approver1', 'approver2')
    const onward = await delegate('approver2', 'approver3')
    expect(onward).toMatchObject({ status: 409, body: { detail: expect.stringContaining('is not passed on') } })
    const towards = await delegate('responder', 'approver1')
    expect(towards).toMatchObject({ status: 409, body: { detail: expect.stringContaining('is not passed on') } })
    expect((await delegate('approver1', 'approver3')).status).toBe(409)
    expect((await delegate('responder', 'approver2')).status).toBe(201)
  })

  it('made by many at once is never a chain', async () => {
    const made = await Promise.all([
      delegate('approver1', 'approver2'),
      delegate('approver2', 'approver1'),
      delegate('approver1', 'approver3'),
      delegate('approver2', 'approver3'),
    ])
    expect(made.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)).toEqual([])
    const open: readonly { from: string; to: string }[] = await inForce()
    const givers = new Set(open.map(({ from }) => from))
    expect(givers.size).toBe(open.length)
    expect(open.filter(({ to }) => givers.has(to))).toEqual([])
  })

  it('is ended by either of its people and nobody else, and by itself', async () => {
    const first = (await delegate('approver1', 'approver2')).body.id
    expect((await world.call('DELETE', `/api/delegations/${first}`, 'responder')).status).toBe(403)
    expect((await world.call('DELETE', '/api/delegations/nothing', 'approver1')).status).toBe(404)
    const told = (await events('delegation.ended')).length
    expect((await world.call('DELETE', `/api/delegations/${first}`, 'approver2')).status).toBe(204)
    expect((await world.call('DELETE', `/api/delegations/${first}`, 'approver1')).status).toBe(204)
    expect(await events('delegation.ended')).toHaveLength(told + 1)
    expect(await inForce()).toEqual([])
    await delegate('approver1', 'approver2')
    await sql`update delegation set starts_at = starts_at - interval '9 h', ends_at = ends_at - interval '9 h'`.execute(
      world.owner,
    )
    expect(await inForce()).toEqual([])
    expect((await delegate('approver1', 'approver2')).status).toBe(201)
  })

  it('longer than a shift is not even stored', async () => {
    await delegate('approver1', 'approver2')
    const longer = sql`update delegation set ends_at = starts_at + interval '12 hours 1 second'`.execute(world.owner)
    await expect(longer).rejects.toThrow('delegation_check')
    await expect(sql`update delegation set to_person = 'approver3'`.execute(world.db)).rejects.toThrow(
      'permission denied',
    )
  })

  it('shows on a plan that the two count once', async () => {
    const { hash } = await proposePlan(world)
    await delegate('approver1', 'approver2')
    for (const who of ['approver1', 'approver2'] as const)
      await world.call('POST', `/api/plans/${hash}/votes`, who, { decision: 'approve' })
    const { body } = await world.call('GET', `/api/plans/${hash}`, 'auditor')
    expect(body).toMatchObject({ status: 'proposed', quorum: { given: 1 } })
  })
})

describe('a level of the ladder', () => {
  const page = async (key: string) => {
    const { hash, incident } = await proposePlan(world)
    const called = await pagePeople(world.owner, { incident, key, level: 0, text: 'Decide', plan: hash }, [])
    const rows = await world.owner.selectFrom('page').select('person').where('incident', '=', incident).execute()
    return { called, people: rows.map(({ person }) => person).toSorted() }
  }

  it('pages the delegate in the place of whoever delegated, and its event says for whom', async () => {
    await delegate('approver1', 'approver3')
    expect(await page('in-place')).toMatchObject({ people: ['approver2', 'approver3', 'responder'] })
    const told = (await events('page.sent')).find(({ refs }) => refs.person === 'approver3')
    expect(told).toMatchObject({
      text: 'approver3 is paged for approver1 (level 1, console): Decide',
      body: { for: ['approver1'] },
    })
  })

  it('pages somebody who stands for others too once, and says when that is not enough for the quorum', async () => {
    await delegate('approver1', 'approver2')
    await delegate('responder', 'approver2')
    expect(await page('once')).toEqual({ called: { outstanding: [], isEnough: false }, people: ['approver2'] })
  })

  it('pages whoever delegated when the delegate has no access any more', async () => {
    await delegate('approver1', 'approver3')
    await world.owner.updateTable('person').set({ disabled_at: new Date() }).where('id', '=', 'approver3').execute()
    expect(await page('gone')).toMatchObject({ people: ['approver1', 'approver2', 'responder'] })
    await world.owner.updateTable('person').set({ disabled_at: null }).where('id', '=', 'approver3').execute()
  })
})
