import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sweep } from '#api/sweeper'
import { until } from '../../support/until.ts'
import { proposePlan } from './plans-made.ts'
import { wakingInto } from './woken.ts'
import { openWorld, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const REASON = 'Nobody answers, and the key is used right now'
const approveIt = (hash: string, who: Who) =>
  world.call('POST', `/api/plans/${hash}/votes`, who, { decision: 'approve' })
const breakIt = async (hash: string, who: Who, reason = REASON) => {
  await approveIt(hash, who)
  return world.call('POST', `/api/plans/${hash}/break-glass`, who, { reason })
}
const review = (hash: string, who: Who) =>
  world.call('POST', `/api/plans/${hash}/break-glass/review`, who, { review: 'It was the right thing to do' })
const planOf = async (hash: string) => (await world.call('GET', `/api/plans/${hash}`, 'auditor')).body
const incidentOf = async (id: string) => (await world.call('GET', `/api/incidents/${id}`, 'auditor')).body

describe('one person alone', () => {
  it('carries a reversible plan out, with a reason; everybody else is called, and one of them reviews it', async () => {
    const { hash, incident } = await proposePlan(world)
    expect(await breakIt(hash, 'approver1')).toMatchObject({
      status: 200,
      body: {
        status: 'approved',
        votes: [{ person: 'approver1' }],
        breakGlass: { person: 'approver1', reason: REASON, reviewedBy: null },
      },
    })
    const { pages, tasks } = await incidentOf(incident)
    expect(pages).toMatchObject([{ person: 'approver2', plan: hash, text: expect.stringContaining(REASON) }])
    expect(tasks).toMatchObject([{ text: expect.stringContaining('review it'), settledAt: null }])
    expect(await review(hash, 'approver2')).toMatchObject({ body: { breakGlass: { reviewedBy: 'approver2' } } })
    expect((await incidentOf(incident)).tasks.every(({ settledAt }: { settledAt: string | null }) => settledAt)).toBe(
      true,
    )
    const { events } = (await world.call('GET', `/api/incidents/${incident}/timeline`, 'auditor')).body
    expect(events.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining(['glass.broken', 'plan.approved', 'page.sent', 'glass.reviewed']),
    )
  })

  it('may do so only when policy names them, and must say why', async () => {
    const { hash } = await proposePlan(world)
    expect(await breakIt(hash, 'approver2')).toMatchObject({
      status: 403,
      body: { code: 'not_permitted', detail: expect.stringContaining('does not let') },
    })
    expect(await breakIt(hash, 'responder')).toMatchObject({ status: 403 })
    expect(await planOf(hash)).toMatchObject({ status: 'proposed', breakGlass: null })
    const other = await proposePlan(world)
    expect(await breakIt(other.hash, 'approver1', 'now')).toMatchObject({ status: 400 })
    expect(await planOf(other.hash)).toMatchObject({ status: 'proposed', breakGlass: null })
  })

  it('must have approved it first, like anybody else', async () => {
    const { hash } = await proposePlan(world)
    expect(await world.call('POST', `/api/plans/${hash}/break-glass`, 'approver1', { reason: REASON })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Approve plan') },
    })
  })

  it('changes nothing by saying it again, and cannot against a deny', async () => {
    const { hash } = await proposePlan(world)
    await breakIt(hash, 'approver1')
    const { body } = await breakIt(hash, 'approver1', 'Something else that would be told')
    expect(body.breakGlass.reason).toBe(REASON)
    await review(hash, 'approver2')
    const denied = await proposePlan(world)
    await world.call('POST', `/api/plans/${denied.hash}/votes`, 'approver2', { decision: 'deny' })
    expect(await breakIt(denied.hash, 'approver1')).toMatchObject({ status: 409 })
  })

  it('is stopped by anybody’s deny before a permit is given', async () => {
    const { hash } = await proposePlan(world)
    await breakIt(hash, 'approver1')
    const { body } = await world.call('POST', `/api/plans/${hash}/votes`, 'approver2', { decision: 'deny' })
    expect(body.status).toBe('denied')
    await review(hash, 'approver2')
  })

  it('does not review what they did, nor is the incident closed before somebody has', async () => {
    const { hash, incident } = await proposePlan(world)
    await breakIt(hash, 'approver1')
    expect(await review(hash, 'approver1')).toMatchObject({ status: 403 })
    await world.owner.updateTable('plan').set({ status: 'done' }).where('hash', '=', hash).execute()
    const close = () => world.call('POST', `/api/incidents/${incident}/close`, 'responder', { code: 'resolved' })
    expect(await close()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('review it first') } })
    await review(hash, 'approver2')
    expect((await close()).status).toBe(200)
  })

  it('cannot do it again while an earlier one was not reviewed in time', async () => {
    const first = await proposePlan(world)
    await breakIt(first.hash, 'approver1')
    await world.owner
      .updateTable('break_glass')
      .set({ review_by: new Date(0) })
      .where('plan', '=', first.hash)
      .execute()
    const next = await proposePlan(world)
    expect(await breakIt(next.hash, 'approver1')).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('Nobody reviewed') },
    })
    await review(first.hash, 'approver2')
    expect((await breakIt(next.hash, 'approver1')).status).toBe(200)
    await review(next.hash, 'approver2')
  })

  it('has everybody called again and again until somebody has reviewed it', async () => {
    const { hash, incident } = await proposePlan(world)
    await breakIt(hash, 'approver1')
    const long = { reminded_at: new Date(0) }
    await world.owner.updateTable('break_glass').set(long).where('plan', '=', hash).execute()
    const woken: string[] = []
    const workflows = wakingInto(woken)
    const stop = new AbortController()
    const sweeping = sweep({ db: world.db, workflows, log: pino({ level: 'silent' }) }, stop.signal)
    await until('the reminder', async () => ((await incidentOf(incident)).pages.length > 1 ? true : undefined))
    stop.abort()
    await sweeping
    expect(woken).toContain(incident)
    expect((await incidentOf(incident)).pages).toMatchObject([
      { person: 'approver2' },
      { person: 'approver2', text: expect.stringContaining('nobody has reviewed it') },
    ])
    await review(hash, 'approver2')
  })
})
