import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Workflows } from '#api/deps'
import { sweep } from '#api/sweeper'
import { asOnlySweeper } from '#store/database/only-sweeper'
import { openWork } from '#store/incidents/lost-work'
import { finding } from './findings-made.ts'
import { proposePlan } from './plans-made.ts'
import { BUILD, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const log = pino({ level: 'silent' })

/** A Temporal that runs exactly what was started in it. */
function remembering() {
  const running = new Set<string>()
  const asked: string[] = []
  const start = (id: string, build: string): void => {
    running.add(id)
    asked.push(`${id} on ${build}`)
  }
  const workflows: Workflows = {
    wakeIncident: async ({ incident, build }) => start(`incident/${incident}`, build),
    startPlan: async ({ plan, build }) => start(`plan/${plan}`, build),
    runningWorkflowIds: async function* () {
      yield* running
    },
    check: async () => undefined,
  }
  return { workflows, running, asked }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 25_000; !(await isSo()); ) {
    if (Date.now() > end) throw new Error('It did not come about')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const makeOld = () =>
  world.owner
    .updateTable('incident')
    .set({ updated_at: new Date(0) })
    .execute()

describe('the sweeper', () => {
  it('starts lost incidents and decided plans again on their build', async () => {
    const { incident, hash } = await proposePlan(world)
    for (const who of ['approver1', 'approver2'] as const)
      await world.call('POST', `/api/plans/${hash}/votes`, who, { decision: 'approve' })
    await world.owner
      .updateTable('plan')
      .set({ approved_at: new Date(0) })
      .execute()
    await world.owner.updateTable('wake').set({ handled: 99, requested: 99 }).execute()
    await makeOld()
    const { workflows, asked } = remembering()
    const stop = new AbortController()
    const sweeping = sweep({ db: world.db, workflows, log }, stop.signal)
    await until(() => asked.length >= 2)
    expect(asked.toSorted()).toEqual([`incident/${incident} on ${BUILD}`, `plan/${hash} on ${BUILD}`])
    stop.abort()
    await sweeping
  })

  it('starts the watch over a containment again until its last read-back is recorded', async () => {
    const { hash, incident } = await proposePlan(world)
    await world.owner.updateTable('wake').set({ handled: 99, requested: 99 }).where('incident', '=', incident).execute()
    const long = new Date(Date.now() - 3_600_000)
    const done = { status: 'done', approved_at: long, closed_at: long }
    await world.owner.updateTable('plan').set(done).where('hash', '=', hash).execute()
    await world.owner.insertInto('verification').values({ plan: hash, round: 0, discrepancies: '[]' }).execute()
    const plansOf = async () =>
      (await openWork(world.db, 0)).flatMap((work) => (work.kind === 'plan' ? [work.plan] : []))
    expect(await plansOf()).toContain(hash)
    await world.owner.insertInto('verification').values({ plan: hash, round: 1, discrepancies: '[]' }).execute()
    expect(await plansOf()).not.toContain(hash)
  })

  it('repeats a wake that nobody handled for five seconds, and leaves the others', async () => {
    const { body } = await world.call(
      'POST',
      '/api/findings',
      'intake',
      finding({ id: 'unhandled', user: 'unhandled' }),
    )
    const { incident } = body.incidents[0]
    const { workflows, running, asked } = remembering()
    for (const { id } of await world.owner.selectFrom('incident').select('id').execute()) running.add(`incident/${id}`)
    for (const { hash } of await world.owner.selectFrom('plan').select('hash').execute()) running.add(`plan/${hash}`)
    const stop = new AbortController()
    const sweeping = sweep({ db: world.db, workflows, log }, stop.signal)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(asked).toEqual([])
    await world.owner
      .updateTable('wake')
      .set({ requested_at: new Date(0) })
      .execute()
    await until(() => asked.length > 0)
    expect(asked).toEqual([`incident/${incident} on ${BUILD}`])
    stop.abort()
    await sweeping
  })

  it('is one at a time over several apis, and another goes on when it ends', async () => {
    await world.owner
      .updateTable('wake')
      .set({ requested_at: new Date(0) })
      .execute()
    const [one, other] = [remembering(), remembering()]
    const stops = [new AbortController(), new AbortController()] as const
    const first = sweep({ db: world.db, workflows: one.workflows, log }, stops[0].signal)
    await until(() => one.asked.length > 0)
    const second = sweep({ db: world.db, workflows: other.workflows, log }, stops[1].signal)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect(other.asked).toEqual([])
    stops[0].abort()
    await first
    await until(() => other.asked.length > 0)
    stops[1].abort()
    await second
  })

  it('loses its turn when it hangs: the server ends a connection of which nothing is heard', async () => {
    let wakeUp = (): void => undefined
    let hasTurn = false
    const hanging = asOnlySweeper(world.db, () => {
      hasTurn = true
      return new Promise((resolve) => (wakeUp = resolve))
    })
    await until(() => hasTurn)
    let isOther = false
    await until(async () => {
      await asOnlySweeper(world.db, async () => void (isOther = true))
      return isOther
    })
    wakeUp()
    await expect(hanging).rejects.toThrow(/connection/i)
  })

  it('goes on after Temporal could not be reached', async () => {
    await world.owner
      .updateTable('wake')
      .set({ requested_at: new Date(0) })
      .execute()
    const { workflows, asked } = remembering()
    let failures = 0
    const failing: Workflows = {
      ...workflows,
      wakeIncident: async (wake) => {
        failures += 1
        if (failures < 3) throw new Error('Temporal is away')
        await workflows.wakeIncident(wake)
      },
    }
    const stop = new AbortController()
    const sweeping = sweep({ db: world.db, workflows: failing, log }, stop.signal)
    await until(() => asked.length > 0)
    expect(failures).toBeGreaterThanOrEqual(3)
    stop.abort()
    await sweeping
  })
})
