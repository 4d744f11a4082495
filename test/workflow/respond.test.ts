import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approveUntil, plansOf, stealKey, timelineOf } from './incident.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

describe('a stolen access key', () => {
  it('is contained, looked into, rotated and released, in the order in which people approve it', async () => {
    const id = await stealKey(world)
    const incident = await approveUntil(world, id, ({ status }) => status === 'recovered')
    expect(incident).toMatchObject({ verdict: 'threat', phase: 'recover', runbook: 'compromised-user-credentials' })
    const plans = await plansOf(world, id)
    expect(plans.map(({ kind, status }) => [kind, status])).toEqual([
      ['contain', 'done'],
      ['contain', 'done'],
      ['recover', 'done'],
      ['undo', 'done'],
      ['undo', 'done'],
    ])
    const types = (await timelineOf(world, id)).map(({ type }) => type)
    expect(types[0]).toBe('incident.opened')
    expect(types).toEqual(
      expect.arrayContaining(['page.sent', 'evidence.collected', 'incident.contained', 'incident.recovered']),
    )
  })
})
