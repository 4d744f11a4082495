import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { type Document, incidentOf, plansOf, writesFor } from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

async function report(sent: object): Promise<string> {
  const { status, body } = await world.call('POST', '/api/findings', 'intake', sent)
  expect(status).toBe(202)
  return body.incidents[0].incident
}

/** The tasks of the incident, once there is one that says so. */
const tasksWith = (incident: string, word: string): Promise<readonly string[]> =>
  eventually(`a task with “${word}”`, async () => {
    const { tasks } = await incidentOf(world, incident)
    const texts = tasks.map(({ text }: Document) => text) as readonly string[]
    return texts.some((text) => text.includes(word)) ? texts : null
  })

describe('a finding about what Cordon cannot reach', () => {
  it('when its user no longer exists: no plan, nothing changed, and the incident waits for people by name', async () => {
    const incident = await report(finding({ id: 'gone', user: 'left-long-ago' }))
    await tasksWith(incident, 'target_gone')
    const { status, waitingFor } = await incidentOf(world, incident)
    expect({ status, what: waitingFor.what }).toEqual({ status: 'open', what: 'task' })
    expect(waitingFor.text).toMatch(/left-long-ago/)
    expect(waitingFor.whom.length).toBeGreaterThan(0)
    expect(await plansOf(world, incident)).toEqual([])
    expect(await writesFor(world, incident)).toEqual([])
  })

  it('when its account is not registered: says so, and nothing is changed', async () => {
    const incident = await report(finding({ id: 'elsewhere', user: 'elsewhere', account: '999999999999' }))
    const tasks = await tasksWith(incident, '999999999999 is not registered')
    expect((await incidentOf(world, incident)).waitingFor).toMatchObject({ what: 'task', text: tasks[0] })
    // The runbook asks all the same, and is refused without a plan.
    await eventually('the runbook’s answer', async () => (await incidentOf(world, incident)).tasks.length > 1)
    expect(await plansOf(world, incident)).toEqual([])
    expect(await writesFor(world, incident)).toEqual([])
  })

  it('when nobody knows its type: people are told which', async () => {
    const incident = await report({ ...finding({ id: 'unheard', user: 'unheard' }), type: 'Unheard:Of/Type' })
    await tasksWith(incident, 'Unheard:Of/Type')
    const { verdict, waitingFor } = await incidentOf(world, incident)
    expect({ verdict, what: waitingFor.what }).toEqual({ verdict: 'inconclusive', what: 'task' })
    expect(waitingFor.text).toContain('Unheard:Of/Type')
  })

  it('when it is a threat that no runbook handles: people are told what it is', async () => {
    const type = 'CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce'
    const incident = await report({ ...finding({ id: 'unhandled', user: 'unhandled' }), type })
    await tasksWith(incident, `No runbook handles ${type}`)
    expect((await incidentOf(world, incident)).verdict).toBe('threat')
  })

  it('when it is a sample: nothing is asked of AWS, and it waits for whoever closes it', async () => {
    const sample = { ...finding({ id: 'sample', user: 'sample' }), title: '[SAMPLE] A title' }
    const incident = await report(sample)
    await eventually('a verdict', async () => (await incidentOf(world, incident)).verdict === 'benign-expected')
    expect((await incidentOf(world, incident)).waitingFor).toMatchObject({
      what: 'task',
      text: 'Close the incident: it is benign-expected',
    })
    expect(await plansOf(world, incident)).toEqual([])
  })
})
