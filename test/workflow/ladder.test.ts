import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { incidentWorkflowId } from '#domain/ids'
import { approve, incidentOf, openPlan, planThat, stealKey } from './incident.ts'
import { eventually, openWorld, quickPolicy, type World } from './world.ts'

const STEP_MS = 700
const ladder = `
ladder:
  - { level: 1, people: [responder, approver1, approver2], wait: ${STEP_MS}ms }
  - { level: 2, people: [admin], wait: ${STEP_MS}ms }
repeat: 1
`
const policy = `${quickPolicy.replace(/^ladder:\n(?: {2}- .*\n)+repeat: .*\n/m, '')}${ladder}`

let world: World
beforeEach(async () => {
  world = await openWorld({ policy })
})
afterEach(() => world.close())

interface Page {
  readonly person: string
  readonly level: number
  readonly text: string
}

const pagesOf = async (id: string, about: string): Promise<readonly string[]> => {
  const { pages } = (await incidentOf(world, id)) as { pages: readonly Page[] }
  return pages.filter(({ text }) => text.includes(about)).map(({ person, level }) => `${person} ${level}`)
}

const first = ['responder 1', 'approver1 1', 'approver2 1']
const round = [...first, 'admin 2']
/** Longer than everything that the ladder would still do. */
const wholeLadder = (): Promise<unknown> => pause(6 * STEP_MS)

describe('the ladder', () => {
  it('calls level after level about the threat and about the plan, begins again, and ends', async () => {
    const id = await stealKey(world)
    await eventually('both ladders', async () => (await pagesOf(id, '')).length >= 4 * round.length)
    await wholeLadder()
    expect((await pagesOf(id, 'threat')).toSorted()).toEqual([...round, ...round].toSorted())
    expect((await pagesOf(id, 'waits for votes')).toSorted()).toEqual([...round, ...round].toSorted())
  })

  it('stops where somebody says that they look after the incident, and calls them again without an answer', async () => {
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
    await wholeLadder()
    expect(await pagesOf(id, 'threat')).toEqual([...first, ...first])
    expect(await pagesOf(id, 'waits for votes')).toEqual([...first, ...first])
  })

  it('stops about a plan when it is decided, and about the threat when it is contained', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await approve(world, hash)
    await planThat(world, id, 'is done', ({ status }) => status === 'done')
    await wholeLadder()
    expect(await pagesOf(id, 'Stop the user')).toEqual(first)
    expect((await pagesOf(id, 'threat')).filter((page) => page.endsWith('2')).length).toBeLessThanOrEqual(1)
  })

  it('calls nobody twice for the same when the workflow starts over', async () => {
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.temporal.client.workflow.getHandle(incidentWorkflowId(id)).terminate('test')
    await eventually('both ladders', async () => (await pagesOf(id, '')).length >= 4 * round.length)
    await wholeLadder()
    expect((await pagesOf(id, '')).length).toBe(4 * round.length)
  })

  it('is not climbed for an incident that is closed', async () => {
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'false-positive' })
    const before = await pagesOf(id, '')
    await wholeLadder()
    expect(await pagesOf(id, '')).toEqual(before)
  })
})
