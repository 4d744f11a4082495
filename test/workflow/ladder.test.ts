import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { incidentWorkflowId } from '#domain/ids'
import { quickPolicy } from '../support/demo-policy.ts'
import { approve, incidentOf, openPlan, planThat, stealKey } from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

/** Nobody answers: the sooner it is over the better. */
const QUICK_MS = 500
/** Somebody answers in the first wait, also on a machine that has other things to do. */
const PATIENT_MS = 6000

const policyWith = (waitMs: number): string =>
  quickPolicy.replace(
    /^ladder:\n(?: {2}- .*\n)+repeat: .*\n/m,
    `ladder:
  - { level: 1, people: [responder, approver1, approver2], wait: ${waitMs}ms }
  - { level: 2, people: [admin], wait: ${waitMs}ms }
repeat: 1
`,
  )

let world: World
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
const bothRounds = [...round, ...round].toSorted()

const bothLadders = (id: string): Promise<true> =>
  eventually('both ladders', async () => (await pagesOf(id, '')).length >= 2 * bothRounds.length)

describe('the ladder that nobody answers', () => {
  it('calls level after level about the threat and about the plan, begins again, and ends', async () => {
    world = await openWorld({ policy: policyWith(QUICK_MS) })
    const id = await stealKey(world)
    await bothLadders(id)
    await pause(2 * QUICK_MS)
    expect((await pagesOf(id, 'threat')).toSorted()).toEqual(bothRounds)
    expect((await pagesOf(id, 'waits for votes')).toSorted()).toEqual(bothRounds)
  })

  it('calls nobody twice for the same when the workflow starts over', async () => {
    world = await openWorld({ policy: policyWith(QUICK_MS) })
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.temporal.client.workflow.getHandle(incidentWorkflowId(id)).terminate('test')
    await bothLadders(id)
    await pause(2 * QUICK_MS)
    expect((await pagesOf(id, '')).length).toBe(2 * bothRounds.length)
  })
})

describe('the ladder that somebody answers', () => {
  it('stops where they say that they look after the incident, and calls them again when nothing comes of it', async () => {
    world = await openWorld({ policy: policyWith(PATIENT_MS) })
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
    await eventually('another call', async () => (await pagesOf(id, '')).length > 2 * first.length)
    await eventually('all of them', async () => (await pagesOf(id, '')).length >= 4 * first.length)
    expect(await pagesOf(id, 'threat')).toEqual([...first, ...first])
    expect(await pagesOf(id, 'waits for votes')).toEqual([...first, ...first])
  })

  it('stops about a plan when it is decided, and about the threat when it is contained', async () => {
    world = await openWorld({ policy: policyWith(PATIENT_MS) })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await approve(world, hash)
    await planThat(world, id, 'is done', ({ status }) => status === 'done')
    await pause(PATIENT_MS)
    expect(await pagesOf(id, 'Stop the user')).toEqual(first)
    expect(await pagesOf(id, 'threat')).toEqual(first)
  })

  it('is not climbed for an incident that is closed', async () => {
    world = await openWorld({ policy: policyWith(PATIENT_MS) })
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'false-positive' })
    const before = await pagesOf(id, '')
    await pause(PATIENT_MS)
    expect(await pagesOf(id, '')).toEqual(before)
  })
})
