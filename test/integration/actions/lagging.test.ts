import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import type { FaultRule } from '#simulator/faults'
import { dropDatabase } from '../gate/world.ts'
import { cases } from './cases.ts'
import { masked } from './masked.ts'
import { type ActionWorld, openActionWorld } from './world.ts'

/** Reads show what was so long ago. */
const STALE_MS = 700

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const names = Object.keys(catalogue) as readonly ActionName[]

async function planned(action: ActionName, name: string) {
  const target = await cases[action].make(world, name)
  return { action, target, plan: await world.plan(action, target) }
}

type Planned = Awaited<ReturnType<typeof planned>>

/** How the step ended, and everything that can be seen of it. */
async function carriedOut({ action, target, plan }: Planned) {
  const outcome = await world.persist(plan)
  await pause(STALE_MS)
  return {
    kind: outcome.kind,
    effects: outcome.calls?.map(({ operation }) => operation),
    discrepancies: await world.discrepancies(plan),
    seen: masked(await cases[action].look(world, target)),
  }
}

/** Every action, undisturbed and then while reads lag and some calls fail; all at once, since most of it is waiting. */
async function besides(rules: readonly Partial<FaultRule>[]) {
  const undisturbed = await Promise.all(
    names.map(async (action) => carriedOut(await planned(action, `conform-${action}`))),
  )
  const plans = await Promise.all(names.map((action) => planned(action, `conform-${action}-late`)))
  await pause(STALE_MS)
  await world.simulator.faults({ staleReadsMs: STALE_MS, rules })
  return { undisturbed, late: await Promise.all(plans.map(carriedOut)) }
}

it('every action waits until AWS shows what it acknowledged, and makes its calls once', async () => {
  const { undisturbed, late } = await besides([])
  expect(late).toEqual(undisturbed)
  const twice = names.flatMap((action) => [...cases[action].writes, ...cases[action].writes])
  expect((await world.writes()).map(({ operation }) => operation).toSorted()).toEqual(twice.toSorted())
})

const lost = { effect: 'lose' } as const
const failed = { effect: 'refuse', code: 'ServiceUnavailable', status: 503 } as const

it.each([
  { what: 'nobody was told that its first write took effect', nth: 0, fault: lost },
  { what: 'nobody was told that its last write took effect', nth: -1, fault: lost },
  { what: 'its first write failed before its effect', nth: 0, fault: failed },
])('every action has one net effect when reads lag and $what', async ({ nth, fault }) => {
  const operations = new Set(names.map((action) => cases[action].writes.at(nth) ?? ''))
  const { undisturbed, late } = await besides([...operations].map((operation) => ({ operation, ...fault })))
  expect(late.map(({ kind }) => kind)).toEqual(names.map(() => 'applied'))
  expect(late).toEqual(undisturbed)
})
