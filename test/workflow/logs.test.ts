import { afterAll, beforeAll, expect, it } from 'vitest'
import { organizationLogs, setUpLogs } from '../support/athena.ts'
import { type Document, timelineOf, unsureTheft } from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ logs: organizationLogs })
  await setUpLogs(world.simulator)
})
afterAll(() => world.close())

const TRAIL = 'the organisation’s trail by Athena'

it('the organisation’s logs answer what a person asks about an incident, and the record says by which query', async () => {
  const { id } = await unsureTheft(world)
  const { body } = await world.call('POST', `/api/incidents/${id}/evidence`, 'responder')
  expect(body.asked).toBe(3)
  const sources: readonly Document[] = await eventually('answers of both logs', async () => {
    const brief = (await world.call('GET', `/api/incidents/${id}/brief`, 'responder')).body
    const ofLogs = brief.sources.filter(({ source }: Document) => [TRAIL, 'S3 data events'].includes(source))
    return ofLogs.every(({ state }: Document) => state === 'available') ? ofLogs : undefined
  })
  for (const { text, evidence } of sources) {
    expect(text).toMatch(/bytes were read by query [0-9a-f-]{36}/)
    expect(evidence).toHaveLength(1)
  }
  expect(await world.simulator.calls({ operation: 'cloudtrail:LookupEvents' })).toEqual([])
  await eventually('all of it in the record', async () => {
    const events = await timelineOf(world, id)
    return events.filter(({ type }) => type === 'evidence.collected').length === 3
  })
})
