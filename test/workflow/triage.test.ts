import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { type Document, incidentOf, timelineOf } from './incident.ts'
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
