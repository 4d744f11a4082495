import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import { dropDatabase } from '../gate/world.ts'
import { cases } from './cases.ts'
import type { Death } from './lifeline.ts'
import { masked } from './masked.ts'
import { type ActionWorld, openActionWorld } from './world.ts'

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const names = Object.keys(catalogue) as readonly ActionName[]

const deaths = (messages: number): readonly Death[] =>
  Array.from({ length: messages }, (_, index) => index + 1).flatMap((nth): readonly Death[] => [
    { nth, moment: 'before' },
    { nth, moment: 'after' },
  ])

async function applyAfter(action: ActionName, death: Death) {
  const { make, look } = cases[action]
  const target = await make(world, `conform-${death.nth}-${death.moment}`)
  const plan = await world.plan(action, target)
  await world.performDying(plan, death)
  const outcome = await world.persist(plan)
  return {
    death,
    kind: outcome.kind,
    effects: outcome.calls?.map(({ operation }) => operation),
    discrepancies: await world.discrepancies(plan),
    seen: masked(await look(world, target)),
  }
}

it.each(names)('%s has one net effect wherever its executor dies, between any two messages', async (action) => {
  const { make, look, writes } = cases[action]
  const target = await make(world, 'conform-living')
  const messages = await world.performDying(await world.plan(action, target), null)
  // The question to the gate, the writes, and how it ended.
  expect(messages).toBe(writes.length + 2)
  const seen = masked(await look(world, target))
  for (const after of await Promise.all(deaths(messages).map((death) => applyAfter(action, death))))
    expect(after).toEqual({ death: after.death, kind: 'applied', effects: writes, discrepancies: [], seen })
})

it('every action ends right though the first call of each operation is throttled', async () => {
  const operations = Object.values(catalogue).flatMap((entry) => [...entry.reads, ...entry.operations])
  const throttled = ['sts:AssumeRole', ...new Set(operations.map(({ operation }) => operation))]
  const planned = await Promise.all(
    names.map(async (action) => {
      const target = await cases[action].make(world, `conform-${action}`)
      return { action, target, plan: await world.plan(action, target) }
    }),
  )
  await world.simulator.faults({
    rules: throttled.map((operation) => ({ operation, effect: 'refuse', code: 'Throttling', status: 400 })),
  })
  const outcomes = await Promise.all(planned.map(({ plan }) => world.persist(plan)))
  expect(outcomes.map(({ kind }) => kind)).toEqual(names.map(() => 'applied'))
  for (const { plan } of planned) expect(await world.discrepancies(plan)).toEqual([])
})
