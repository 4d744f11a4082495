import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { type Document, incidentOf, timelineOf, wakeHandled } from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const unusual = (user: string, said: object = {}) => ({
  ...finding({ id: user, user }),
  type: 'Persistence:IAMUser/AnomalousBehavior',
  severity: 5,
  ...said,
})

async function send(one: object): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', one)
  return body.incidents[0].incident
}

const incidentThat = (id: string, what: string, isIt: (incident: Document) => boolean): Promise<Document> =>
  eventually(`an incident that ${what}`, async () => {
    const incident = await incidentOf(world, id)
    return isIt(incident) ? incident : undefined
  })

describe('a finding that rules cannot judge', () => {
  it('waits quietly for a person until its deadline, then calls everybody, and is judged anew by what comes', async () => {
    const id = await send(unusual('unsure-bot'))
    const quiet = await incidentThat(id, 'waits for a person', ({ waitingFor }) => waitingFor.until !== null)
    expect(quiet).toMatchObject({
      verdict: 'inconclusive',
      priority: 'P3',
      pages: [],
      waitingFor: { what: 'task', until: quiet.answerBy },
    })
    // As if the time were over.
    const past = new Date(Date.now() - 1000)
    await world.owner.updateTable('incident').set({ answer_by: past }).where('id', '=', id).execute()
    await send(unusual('unsure-bot', { updatedAt: '2026-09-02T00:00:00.000Z' }))
    const late = await incidentThat(id, 'called', ({ pages }) => pages.length > 0)
    expect(late.pages[0].text).toMatch(/^Nobody has answered in time; inconclusive, P3, to be answered by /)

    await send({ ...finding({ id: 'worse', user: 'unsure-bot' }) })
    expect(await incidentThat(id, 'is a threat', ({ verdict }) => verdict === 'threat')).toMatchObject({
      answerBy: null,
    })
    const events = await timelineOf(world, id)
    expect(events.filter(({ type }) => type === 'incident.verdict').map(({ text }) => text.slice(0, 23))).toEqual(
      ['Verdict inconclusive, P3', 'Verdict threat, P1: Una'].map((text) => text.slice(0, 23)),
    )
  })
})

const applyContext = async (entries: string) => {
  const { status } = await world.call('POST', '/api/context', 'admin', { source: `entries:\n${entries}` })
  expect(status).toBe(200)
}

describe('an open incident whose surroundings change', () => {
  it('is judged again: nobody is called while the verdict stays, and people are when it is graver', async () => {
    const id = await send(unusual('context-bot'))
    const before = await incidentThat(id, 'was judged', ({ tasks }) => tasks.length > 0)
    expect(before).toMatchObject({ verdict: 'inconclusive', priority: 'P3', pages: [] })
    const verdictsOf = async () => (await timelineOf(world, id)).filter(({ type }) => type === 'incident.verdict')

    const elsewhere =
      '  - { id: other, kind: asset, owner: o, reason: r, entities: [other-bot], criticality: critical }\n'
    await applyContext(elsewhere)
    await wakeHandled(world, id)
    const asset = '  - { id: bot, kind: asset, owner: o, reason: r, entities: [context-bot], criticality: critical }\n'
    await applyContext(`${elsewhere}${asset}`)
    const graver = await incidentThat(id, 'is P2 and calls', ({ pages }) => pages.length > 0)
    expect(graver).toMatchObject({ verdict: 'inconclusive', priority: 'P2', answerBy: before.answerBy })
    expect((await verdictsOf()).map(({ text }) => text.slice(0, 24))).toEqual([
      'Verdict inconclusive, P3',
      'Verdict inconclusive, P2',
    ])
    expect(graver.pages.every(({ text }: Document) => text.startsWith('inconclusive, P2'))).toBe(true)

    const until = new Date(Date.now() + 86_400_000).toISOString()
    const list = { name: 'feed', owner: 'soc', reason: 'r', until, format: 'csv', source: 'value\n198.51.100.0/24\n' }
    expect((await world.call('POST', '/api/reputation', 'admin', list)).status).toBe(201)
    await incidentThat(id, 'is P1', ({ priority }) => priority === 'P1')
  })

  it('is judged again when the time of a list is over, without that anybody does anything', async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString()
    const list = { name: 'feed', owner: 'soc', reason: 'r', until, format: 'csv', source: 'value\n198.51.100.23\n' }
    expect((await world.call('POST', '/api/reputation', 'admin', list)).status).toBe(201)
    const id = await send(unusual('brief-bot'))
    const before = await incidentThat(id, 'was judged', ({ tasks }) => tasks.length > 0)
    expect(termsOf(before)).toContain('an address or a name of bad reputation')
    // As if the time were over.
    const past = new Date(Date.now() - 1000)
    await world.owner.updateTable('reputation_list').set({ until: past }).where('name', '=', 'feed').execute()
    await incidentThat(id, 'is milder', (now) => !termsOf(now).includes('an address or a name of bad reputation'))
  })
})

const termsOf = ({ priorityTerms }: Document): readonly string[] => priorityTerms.map(({ text }: Document) => text)

describe('a rule of an organisation', () => {
  it('is part of the build and judges beside the shipped ones', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-own-rules-'))
    writeFileSync(
      join(folder, 'nobody-persists.ts'),
      `import { because, defineTriageRule } from 'cordon/runbook'
export const nobodyPersists = defineTriageRule({
  id: 'nobody-persists', title: 'Nobody makes users here', handles: ['Persistence:IAMUser/*'],
  judge: (seen) => ({ verdict: 'inappropriate', confidence: 'high', reasons: [because(seen, 'type', 'nobody makes users')] }),
})
export const unusualPrincipal = defineTriageRule({
  id: 'unusual-principal', title: 'Nothing is unusual', handles: [], judge: () => null,
})
`,
    )
    await world.publish(folder)
    rmSync(folder, { recursive: true })
    const id = await send(unusual('persisting-bot'))
    const judged = await incidentThat(id, 'was judged', ({ tasks }) => tasks.length > 0)
    expect(judged).toMatchObject({ verdict: 'inappropriate', reasons: ['nobody makes users'], pages: [] })
    expect(judged.tasks[0].text).toContain('put it right')
  })
})
