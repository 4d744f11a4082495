import { afterEach, describe, expect, it } from 'vitest'
import { incidentWorkflowId } from '#domain/ids'
import { quickPolicy } from '../support/demo-policy.ts'
import { type Document, incidentOf, openPlan, stealKey, timelineOf, wakeHandled } from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

/** Nobody answers: the sooner it is over the better. */
const QUICK_MS = 500
/** Longer than a test: nothing is repeated in it. */
const LONG_MS = 600_000

const policyWith = (waitMs: number): string =>
  quickPolicy.replace(
    /^ladder:\n(?: {2}- .*\n)+repeat: .*\n/m,
    `ladder:
  - { level: 1, people: [responder], wait: ${waitMs}ms }
  - { level: 2, people: [approver2], wait: ${waitMs}ms }
repeat: 1
`,
  )

let world: World
afterEach(() => world.close())

/** An incident that the responder looks after. */
async function heldIncident(waitMs: number): Promise<string> {
  world = await openWorld({ policy: policyWith(waitMs) })
  const id = await stealKey(world)
  await openPlan(world, id)
  await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
  return id
}

const pagesAbout = async (id: string, words: string): Promise<readonly string[]> => {
  const { pages } = await incidentOf(world, id)
  return pages
    .filter((page: Document) => page.text.includes(words) && page.class === 'page')
    .map(({ person }: Document) => person)
}

const typesOf = async (id: string): Promise<readonly string[]> =>
  (await timelineOf(world, id)).map(({ type }: Document) => type).filter((type: string) => type.startsWith('appeal.'))

describe('asking for help', () => {
  it('pages whom it asks at once, delivers it, and ends when they come; the incident stays whose it is', async () => {
    const id = await heldIncident(LONG_MS)
    const help = { of: 'security', reason: 'a second pair of eyes' }
    expect((await world.call('POST', `/api/incidents/${id}/help`, 'responder', help)).status).toBe(200)
    expect(await pagesAbout(id, 'second pair')).toEqual(['approver1'])
    await eventually('the page to leave the outbox', async () =>
      (await incidentOf(world, id)).pages.some(
        ({ text, status }: Document) => text.includes('second pair') && status === 'recorded',
      ),
    )
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'approver1')
    const { acknowledgedBy, appeals } = await incidentOf(world, id)
    expect(acknowledgedBy).toBe('responder')
    expect(appeals).toMatchObject([{ kind: 'help', status: 'accepted', answeredBy: 'approver1' }])
    await wakeHandled(world, id)
  })

  it('climbs the ladder and begins again while nobody comes, once for a round also when the workflow starts over', async () => {
    const id = await heldIncident(QUICK_MS)
    await world.call('POST', `/api/incidents/${id}/help`, 'responder', {
      of: 'approver1',
      reason: 'a second pair of eyes',
    })
    await world.temporal.client.workflow.getHandle(incidentWorkflowId(id)).terminate('test')
    await eventually('two rounds', async () => (await pagesAbout(id, 'second pair')).length >= 4)
    expect(await pagesAbout(id, 'second pair')).toEqual(['approver1', 'approver2', 'approver1', 'approver2'])
  })

  it('ends with the incident', async () => {
    const id = await heldIncident(QUICK_MS)
    await world.call('POST', `/api/incidents/${id}/help`, 'responder', {
      of: 'approver1',
      reason: 'a second pair of eyes',
    })
    await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'false-positive' })
    expect(await typesOf(id)).toEqual(['appeal.opened', 'appeal.ended'])
  })
})

describe('handing an incident over', () => {
  it('leaves it whose it is until the other accepts', async () => {
    const id = await heldIncident(LONG_MS)
    await world.call('POST', `/api/incidents/${id}/hand-over`, 'responder', { to: 'approver1', note: 'my shift ends' })
    expect(await pagesAbout(id, 'my shift ends')).toEqual(['approver1'])
    expect((await incidentOf(world, id)).acknowledgedBy).toBe('responder')
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'approver1')
    expect((await incidentOf(world, id)).acknowledgedBy).toBe('approver1')
    expect(await typesOf(id)).toEqual(['appeal.opened', 'appeal.answered'])
  })

  it('stays with the first person, who is told, and climbs the ladder when nobody accepts in time', async () => {
    const id = await heldIncident(QUICK_MS)
    await world.call('POST', `/api/incidents/${id}/hand-over`, 'responder', { to: 'approver1', note: 'my shift ends' })
    await eventually('the ladder', async () => (await pagesAbout(id, 'my shift ends')).includes('approver2'))
    const { acknowledgedBy, pages, appeals } = await incidentOf(world, id)
    expect(acknowledgedBy).toBe('responder')
    expect(appeals).toMatchObject([{ status: 'unanswered' }])
    expect(pages.filter(({ class: of }: Document) => of === 'message')).toMatchObject([{ person: 'responder' }])
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'approver2')
    expect((await incidentOf(world, id)).acknowledgedBy).toBe('approver2')
  })
})

describe('naming somebody in a comment', () => {
  it('sends them one message, which is brought on its way', async () => {
    const id = await heldIncident(LONG_MS)
    const text = '@approver1 and @approver1, see @nobody <b>here</b>'
    await world.call('POST', `/api/incidents/${id}/comments`, 'responder', { text })
    await eventually('the message to leave the outbox', async () =>
      (await incidentOf(world, id)).pages.some(
        (page: Document) => page.class === 'message' && page.status === 'recorded',
      ),
    )
    const { body } = await world.call('GET', '/api/waiting', 'approver1')
    expect(body.mentions).toMatchObject([{ incident: id, by: 'responder', text }])
  })
})
