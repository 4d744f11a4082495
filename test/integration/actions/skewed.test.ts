import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import { dropDatabase } from '../gate/world.ts'
import { cases } from './cases.ts'
import { masked } from './masked.ts'
import { type ActionWorld, openActionWorld } from './world.ts'

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const names = Object.keys(catalogue) as readonly ActionName[]
const TEN_MINUTES_MS = 600_000

/** How the step of each action ended in one try, and what can be seen of it, with AWS’s clock so far ahead of this machine’s. */
async function carriedOut(clockAheadMs: number) {
  const planned = await Promise.all(
    names.map(async (action) => {
      const target = await cases[action].make(world, `conform-${action}-${clockAheadMs}`)
      return { action, target, plan: await world.plan(action, target) }
    }),
  )
  await world.simulator.faults({ clockAheadMs })
  const outcomes = await Promise.all(planned.map(({ plan }) => world.perform(plan)))
  await world.simulator.faults({ clockAheadMs: 0 })
  const looks = planned.map(async ({ action, target }, index) => ({
    action,
    kind: outcomes[index]?.kind,
    seen: masked(await cases[action].look(world, target)),
  }))
  return Promise.all(looks)
}

it.each([
  { clock: 'ten minutes ahead of ours', aheadMs: TEN_MINUTES_MS },
  { clock: 'ten minutes behind ours', aheadMs: -TEN_MINUTES_MS },
])('every action is done in one try when AWS’s clock is $clock', async ({ aheadMs }) => {
  const agreed = await carriedOut(0)
  expect(agreed.map(({ kind }) => kind)).toEqual(names.map(() => 'applied'))
  expect(await carriedOut(aheadMs)).toEqual(agreed)
  const refused = (await world.simulator.calls({ outcome: 'denied' })).map(({ error }) => error)
  expect(refused).toContain('SignatureDoesNotMatch')
})
