import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Waiting } from '#api/schemas/incident'
import { finding } from './findings-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

interface Waits {
  readonly approvals: readonly { readonly plan: string; readonly incident: { readonly id: string } }[]
  readonly mine: readonly { readonly id: string }[]
}

const waitsFor = async (who: Who): Promise<Waits> => (await world.call('GET', '/api/waiting', who)).body

describe('what waits for a person', () => {
  it('is a plan until they have voted, the nearest deadline first, and never one of their own', async () => {
    const later = await proposePlan(world, { decideInMs: 600_000 })
    const sooner = await proposePlan(world, { decideInMs: 300_000 })
    const own = await proposePlan(world, { proposer: 'approver1' })
    const hashes = async (who: Who) => (await waitsFor(who)).approvals.map(({ plan }) => plan)
    expect(await hashes('approver1')).toEqual([sooner.hash, later.hash])
    expect(await hashes('approver2')).toEqual([own.hash, sooner.hash, later.hash])
    expect(await hashes('responder')).toEqual([])
    await world.call('POST', `/api/plans/${sooner.hash}/votes`, 'approver1', { decision: 'approve' })
    expect(await hashes('approver1')).toEqual([later.hash])
    await world.call('POST', `/api/plans/${later.hash}/votes`, 'approver2', { decision: 'deny' })
    expect(await hashes('approver1')).toEqual([])
  })

  it('is a plan that they hold, also after the others approved it', async () => {
    const { hash } = await proposePlan(world, { required: 1 })
    await world.call('POST', `/api/plans/${hash}/votes`, 'approver1', { decision: 'approve' })
    await world.call('POST', `/api/plans/${hash}/votes`, 'approver2', { decision: 'hold' })
    expect((await waitsFor('approver2')).approvals.map(({ plan }) => plan)).toContain(hash)
  })

  it('is an incident that they acknowledged, until it is closed', async () => {
    const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: 'mine', user: 'mine' }))
    const id: string = body.incidents[0].incident
    expect((await waitsFor('responder')).mine).toEqual([])
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
    expect((await waitsFor('responder')).mine.map((one) => one.id)).toEqual([id])
    expect((await waitsFor('approver1')).mine).toEqual([])
    await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'benign' })
    expect((await waitsFor('responder')).mine).toEqual([])
  })

  it('has the shape that the description gives', async () => {
    await proposePlan(world)
    expect(Value.Errors(Waiting, await waitsFor('approver1'))).toEqual([])
  })
})

describe('the list of incidents', () => {
  it('shows what waits for one person, page by page, and goes on where it stopped', async () => {
    const all = []
    for (let one = 0; one < 3; one += 1) all.unshift((await proposePlan(world, { proposer: 'approver2' })).incident)
    const read = async (query: string) => (await world.call('GET', `/api/incidents?${query}`, 'auditor')).body
    const first = await read('whom=approver1&limit=2')
    expect(first.incidents.map(({ id }: { id: string }) => id)).toEqual(all.slice(0, 2))
    const second = await read(`whom=approver1&limit=1&cursor=${first.next}`)
    expect(second.incidents.map(({ id }: { id: string }) => id)).toEqual(all.slice(2))
    expect((await read('whom=nobody-of-that-name')).incidents).toEqual([])
  })
})

describe('a plan', () => {
  it('says that nothing of it is carried out when nobody decides, where policy names nothing', async () => {
    const { hash } = await proposePlan(world)
    expect((await world.call('GET', `/api/plans/${hash}`, 'auditor')).body.onTimeout).toEqual([])
  })
})
