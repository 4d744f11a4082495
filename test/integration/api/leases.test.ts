import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sweep } from '#api/sweeper'
import type { Plan } from '#domain/plan'
import { connect } from '#store/database/database'
import { tendLeases } from '#store/plans/leases'
import { planFromBytes } from '#store/plans/plan-bytes'
import { closePlan } from '#store/plans/plan-ending'
import { demoPolicy } from '../../support/demo-policy.ts'
import { until } from '../../support/until.ts'
import { storePlan } from '../gate/world.ts'
import { proposePlan } from './plans-made.ts'
import { wakingInto } from './woken.ts'
import { openWorld, type Who, type World } from './world.ts'

const DAY = 86_400_000
const HOUR = DAY / 24
const REASON = 'Forensics goes on'

let world: World
let worker: ReturnType<typeof connect>
beforeAll(async () => {
  world = await openWorld({}, `${demoPolicy}\nlease: { for: 3d, warn: 6h }\n`)
  worker = connect(world.urlOf('worker'), 2)
})
afterAll(async () => {
  await worker.close()
  await world.close()
})

/** Carries the plan out, as the worker would have. */
async function carryOut(hash: string): Promise<void> {
  await world.owner.updateTable('plan').set({ status: 'executing' }).where('hash', '=', hash).execute()
  await world.owner.updateTable('plan_step').set({ status: 'applied' }).where('plan', '=', hash).execute()
  await closePlan(worker.db, { plan: hash, status: 'done', reason: null })
}

async function contained() {
  const made = await proposePlan(world)
  await carryOut(made.hash)
  return made
}

/** Another plan like that one. */
async function planLike(hash: string, changed: Partial<Plan>): Promise<string> {
  const { bytes } = await world.owner
    .selectFrom('plan')
    .select('bytes')
    .where('hash', '=', hash)
    .executeTakeFirstOrThrow()
  return (await storePlan(world.owner, { ...planFromBytes(bytes), ...changed })).hash
}

const undoOf = (hash: string): Promise<string> =>
  planLike(hash, { purpose: 'undo', verbKey: `undo-${hash}`, undoes: { plan: hash, release: 'rotated' } })

const endIn = (hash: string, ms: number) =>
  world.owner
    .updateTable('lease')
    .set({ until: new Date(Date.now() + ms) })
    .where('plan', '=', hash)
    .execute()

const tend = () => tendLeases(world.db)
const renew = (hash: string, who: Who = 'responder', body: object = { for: '1d', reason: REASON }) =>
  world.call('POST', `/api/plans/${hash}/lease`, who, body)
const leaseOf = async (hash: string) => (await world.call('GET', `/api/plans/${hash}`, 'auditor')).body.lease
const incidentOf = async (id: string) => (await world.call('GET', `/api/incidents/${id}`, 'auditor')).body
const listed = async (hash: string) =>
  (await world.call('GET', '/api/leases', 'auditor')).body.leases.find((one: { plan: string }) => one.plan === hash)

/** What was told of the lease, in order. */
async function told(incident: string): Promise<readonly string[]> {
  const { events } = (await world.call('GET', `/api/incidents/${incident}/timeline?limit=500`, 'auditor')).body
  return events.map(({ type }: { type: string }) => type).filter((type: string) => type.startsWith('lease.'))
}

const pagesFor = (hash: string) =>
  world.owner
    .selectFrom('page')
    .select(['incident', 'person', 'text', 'status'])
    .where('key', 'like', `lease/${hash}/%`)
    .orderBy('person')
    .execute()

const tasksOf = async (incident: string) =>
  (await incidentOf(incident)).tasks.filter(({ text }: { text: string }) => text.startsWith('Renew or release'))

describe('a containment', () => {
  it('has a lease for as long as the policy of its incident says', async () => {
    const { hash, incident } = await contained()
    const lease = await leaseOf(hash)
    expect(lease).toMatchObject({ renewedBy: null, isStanding: true, longestMs: 3 * DAY, state: 'standing' })
    expect(Math.abs(Date.parse(lease.until) - Date.now() - 3 * DAY)).toBeLessThan(HOUR)
    await closePlan(worker.db, { plan: hash, status: 'done', reason: null })
    expect(await leaseOf(hash)).toEqual(lease)
    expect(await listed(hash)).toMatchObject({ incident, until: lease.until, targets: [expect.any(String)] })
    await tend()
    expect(await told(incident)).toEqual([])
  })

  it('has none while nothing is held', async () => {
    const { hash } = await proposePlan(world)
    expect(await leaseOf(hash)).toBeNull()
    expect(await renew(hash)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })
})

describe('the end of a lease', () => {
  it('is told once before by a task, and calls nobody yet', async () => {
    const { hash, incident } = await contained()
    await endIn(hash, HOUR)
    expect(await tend()).toMatchObject([{ incident }])
    expect(await tend()).toEqual([])
    expect(await told(incident)).toEqual(['lease.ending'])
    expect(await tasksOf(incident)).toMatchObject([{ settledAt: null }])
    expect(await pagesFor(hash)).toEqual([])
    expect((await leaseOf(hash)).state).toBe('ending')
  })

  it('calls every approver once, keeps the task, and lifts nothing', async () => {
    const { hash, incident } = await contained()
    await endIn(hash, HOUR)
    await tend()
    const [task] = await tasksOf(incident)
    // The same end, which came.
    await world.owner
      .updateTable('lease')
      .set({ until: new Date(Date.now() - HOUR), warned_for: null })
      .where('plan', '=', hash)
      .execute()
    await world.owner
      .updateTable('task')
      .set({ key: `lease/${hash}/${(await leaseOf(hash)).until}` })
      .where('id', '=', task.id)
      .execute()
    await tend()
    await tend()
    expect(await told(incident)).toEqual(['lease.ending', 'lease.ended'])
    expect(await tasksOf(incident)).toMatchObject([{ id: task.id, settledAt: null }])
    expect(await pagesFor(hash)).toMatchObject([
      { incident, person: 'approver1', text: expect.stringContaining('It still holds') },
      { incident, person: 'approver2' },
    ])
    expect(await leaseOf(hash)).toMatchObject({ isStanding: true, state: 'ended' })
    expect((await incidentOf(incident)).containments).toMatchObject([{ releasedAt: null }])
  })

  it('opens the task that is missing when nobody looked before', async () => {
    const { hash, incident } = await contained()
    await endIn(hash, -HOUR)
    await tend()
    expect(await told(incident)).toEqual(['lease.ended'])
    expect(await tasksOf(incident)).toHaveLength(1)
  })

  it('is told once by many sweepers at once', async () => {
    const { hash, incident } = await contained()
    await endIn(hash, -HOUR)
    await Promise.all([tend(), tend(), tend(), tend()])
    expect(await told(incident)).toEqual(['lease.ended'])
    expect(await pagesFor(hash)).toHaveLength(2)
    expect(await tasksOf(incident)).toHaveLength(1)
  })

  it('is told in a closed incident by event and call, brought out by an open one, and opens no task there', async () => {
    const { hash, incident } = await contained()
    await world.call('POST', `/api/incidents/${incident}/close`, 'responder', { code: 'resolved' })
    await endIn(hash, HOUR)
    expect(await tend()).toEqual([])
    expect(await told(incident)).toEqual(['lease.ending'])
    const { incident: open } = await proposePlan(world)
    await endIn(hash, -HOUR)
    expect(await tend()).toMatchObject([{ incident: open }])
    expect(await told(incident)).toEqual(['lease.ending', 'lease.ended'])
    expect(await tasksOf(incident)).toEqual([])
    const text = expect.stringContaining(`incident ${incident}, which is closed`)
    expect(await pagesFor(hash)).toMatchObject([
      { incident: open, person: 'approver1', text },
      { incident: open, person: 'approver2', text },
    ])
    expect(await listed(hash)).toMatchObject({ isClosed: true, state: 'ended' })
  })

  it('has a task in the next episode too, when a closed incident is reopened', async () => {
    const { hash, incident } = await contained()
    await world.call('POST', `/api/incidents/${incident}/close`, 'responder', { code: 'resolved' })
    await endIn(hash, -HOUR)
    await tend()
    expect(await tasksOf(incident)).toEqual([])
    await world.call('POST', `/api/incidents/${incident}/reopen`, 'responder', { reason: 'It still holds' })
    expect(await tend()).toMatchObject([{ incident }])
    expect(await tend()).toEqual([])
    expect(await tasksOf(incident)).toMatchObject([{ settledAt: null }])
    expect(await told(incident)).toEqual(['lease.ended'])
    expect(await pagesFor(hash)).toHaveLength(2)
    // A person who settles it by hand is not asked again about the same end.
    const [{ id }] = await tasksOf(incident)
    await world.call('POST', `/api/incidents/${incident}/tasks/${id}/settle`, 'responder', { how: 'kept' })
    expect(await tend()).toEqual([])
  })

  it('is looked for by the sweeper, which wakes the incident', async () => {
    const { hash, incident } = await contained()
    await endIn(hash, -HOUR)
    const woken: string[] = []
    const workflows = wakingInto(woken)
    const stop = new AbortController()
    const sweeping = sweep({ db: world.db, workflows, log: pino({ level: 'silent' }) }, stop.signal)
    await until('the call', async () => ((await pagesFor(hash)).length === 2 ? true : undefined))
    await until('the wake', async () => (woken.includes(incident) ? true : undefined))
    stop.abort()
    await sweeping
    expect(await told(incident)).toEqual(['lease.ended'])
  })

  it('is not that of an earlier try while a later one holds in its place', async () => {
    const { hash, incident } = await contained()
    const { bytes } = await world.owner
      .selectFrom('plan')
      .select('bytes')
      .where('hash', '=', hash)
      .executeTakeFirstOrThrow()
    const later = await planLike(hash, { revision: planFromBytes(bytes).revision + 1 })
    await endIn(hash, HOUR)
    await tend()
    expect(await told(incident)).toEqual(['lease.ending'])
    await carryOut(later)
    await endIn(hash, -HOUR)
    await tend()
    expect(await told(incident)).toEqual(['lease.ending'])
    expect(await renew(hash)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('later try') } })
    expect([await listed(hash), await leaseOf(hash)]).toMatchObject([undefined, { isStanding: false }])
    await endIn(later, -HOUR)
    await tend()
    expect(await told(incident)).toEqual(['lease.ending', 'lease.ended'])
    const undo = await undoOf(later)
    await carryOut(undo)
    expect([(await leaseOf(hash)).isStanding, (await leaseOf(later)).isStanding]).toEqual([false, false])
    expect((await tasksOf(incident)).every(({ settledAt }: { settledAt: string | null }) => settledAt !== null)).toBe(
      true,
    )
  })
})

describe('a renewal', () => {
  it('moves the end and its warning, settles the task, and is told with its reason', async () => {
    const { hash, incident } = await contained()
    await endIn(hash, -HOUR)
    await tend()
    const { status, body } = await renew(hash)
    expect({ status, lease: body.lease }).toMatchObject({
      status: 200,
      lease: { renewedBy: 'responder', reason: REASON, isStanding: true, state: 'standing' },
    })
    const left = Date.parse(body.lease.until) - Date.now()
    expect(left).toBeGreaterThan(DAY - HOUR)
    expect(left).toBeLessThan(DAY + HOUR)
    expect(await tasksOf(incident)).toMatchObject([{ settledAt: expect.any(String) }])
    await tend()
    expect(await told(incident)).toEqual(['lease.ended', 'lease.renewed'])
    await endIn(hash, HOUR)
    await tend()
    await endIn(hash, -1)
    await tend()
    expect(await told(incident)).toEqual(['lease.ended', 'lease.renewed', 'lease.ending', 'lease.ended'])
    expect(await pagesFor(hash)).toHaveLength(4)
  })

  it('with the same end changes nothing, whoever asks', async () => {
    const { hash, incident } = await contained()
    const ends = new Set<string>()
    for (const who of ['responder', 'approver1', 'approver2'] as const)
      ends.add((await renew(hash, who)).body.lease.until)
    // More than one only when a minute passed meanwhile.
    expect(await told(incident)).toEqual([...ends].map(() => 'lease.renewed'))
    expect(ends.size).toBeLessThan(3)
  })

  it('is for a time that policy gives, with a reason, and by people who respond', async () => {
    const { hash } = await contained()
    for (const span of ['59m', '73h', '999999999d'])
      expect(await renew(hash, 'responder', { for: span, reason: REASON })).toMatchObject({
        status: 422,
        body: { code: 'unprocessable', detail: expect.stringContaining('1h at least and 3d at most') },
      })
    for (const body of [{ for: '1d' }, { for: '1d', reason: '' }, { for: 'long', reason: REASON }])
      expect((await renew(hash, 'responder', body)).status).toBe(400)
    for (const who of ['auditor', 'viewer', 'admin', 'intake'] as const)
      expect((await renew(hash, who)).status).toBe(403)
    expect(await renew('none')).toMatchObject({ status: 404 })
    expect((await renew(hash, 'approver2', { for: '3d', reason: REASON })).status).toBe(200)
  })

  it('is refused while the undo is carried out and once it was; the release ends the lease and its task', async () => {
    const { hash, incident } = await contained()
    await endIn(hash, HOUR)
    await tend()
    const undo = await undoOf(hash)
    await world.owner.updateTable('plan').set({ status: 'executing' }).where('hash', '=', undo).execute()
    expect(await renew(hash)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('putting back') } })
    await carryOut(undo)
    expect(await leaseOf(hash)).toMatchObject({ isStanding: false })
    expect(await listed(hash)).toBeUndefined()
    expect(await tasksOf(incident)).toMatchObject([{ settledAt: expect.any(String) }])
    expect(await renew(hash)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('is released') } })
    await endIn(hash, -HOUR)
    await tend()
    expect(await told(incident)).toEqual(['lease.ending'])
  })
})

describe('the end of a lease while no incident is open', () => {
  it('is in the console of the closed one alone', async () => {
    const { hash, incident } = await contained()
    await world.owner.updateTable('incident').set({ status: 'closed' }).execute()
    await endIn(hash, -HOUR)
    await tend()
    expect(await told(incident)).toEqual(['lease.ended'])
    expect(await pagesFor(hash)).toMatchObject([
      { incident, status: 'recorded' },
      { incident, status: 'recorded' },
    ])
  })
})
