import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { approve, type Document, incidentOf, incidentThat, openPlan, timelineOf, unsureTheft } from './incident.ts'
import { eventually, openWorld, PAYMENTS, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const say = (id: string, verdict: string, evidence: readonly string[]) =>
  world.call('POST', `/api/incidents/${id}/verdict`, 'responder', {
    verdict,
    confidence: 'high',
    conclusion: 'nobody here did that',
    evidence,
  })

describe('an incident that rules cannot judge', () => {
  it('is read about, judged by a person as a threat, and contained as if the rules had said so', async () => {
    const { id, verdict } = await unsureTheft(world)
    expect(verdict).toBe('inconclusive')
    expect((await world.call('POST', `/api/incidents/${id}/evidence`, 'responder')).body.asked).toBe(2)
    const brief = await eventually('evidence of the look-up', async () => {
      const { body } = await world.call('GET', `/api/incidents/${id}/brief`, 'responder')
      return body.sources[1].state === 'available' ? body : undefined
    })
    const [evidence] = brief.sources[1].evidence
    expect(brief.from.join()).toContain('by CloudTrail')
    // What an investigation looks at is nothing to put right yet.
    expect((await incidentOf(world, id)).tasks).toHaveLength(1)

    expect((await say(id, 'threat', [evidence])).status).toBe(200)
    const plan = await openPlan(world, id)
    expect(plan.purpose).toBe('contain')
    await approve(world, plan.hash)
    const contained = await incidentThat(world, id, 'is contained', ({ status }) => status === 'contained')
    expect(contained).toMatchObject({ verdict: 'threat', answerBy: null })
    expect(contained.pages.length).toBeGreaterThan(0)
    const told = (await timelineOf(world, id)).map(({ type }) => type)
    expect(told).toEqual(expect.arrayContaining(['evidence.asked', 'evidence.collected', 'incident.analysed']))
  })

  it('waits to be closed when a person says that it is benign, until there is more to judge', async () => {
    const one = { ...finding({ id: 'ours', user: 'ours' }), type: 'Persistence:IAMUser/AnomalousBehavior', severity: 5 }
    const { body } = await world.call('POST', '/api/findings', 'intake', one)
    const id = body.incidents[0].incident
    await incidentThat(world, id, 'waits for a person', ({ tasks }) => tasks.length > 0)
    await say(id, 'benign-expected', ['ours'])
    await incidentThat(
      world,
      id,
      'can be closed',
      ({ waitingFor }) => waitingFor.text === 'Close the incident: it is benign-expected',
    )
    await world.call('POST', '/api/findings', 'intake', { ...one, updatedAt: '2026-12-01T00:00:00.000Z' })
    const again = await incidentThat(world, id, 'is judged again', ({ verdict }) => verdict === 'inconclusive')
    expect(again.answerBy).not.toBeNull()
    await incidentThat(world, id, 'has a task again', ({ tasks }) =>
      tasks.some((task: Document) => task.settledAt === null),
    )
    expect((await timelineOf(world, id)).filter(({ type }) => type === 'incident.verdict')).toHaveLength(2)
  })

  it('is told what cannot be read about it', async () => {
    const one = {
      ...finding({ id: 'nobody', user: 'nobody' }),
      type: 'Persistence:IAMUser/AnomalousBehavior',
      severity: 5,
      accountId: PAYMENTS,
      resource: {
        resourceType: 'AccessKey',
        accessKeyDetails: {
          accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
          principalId: 'AROANOBODY000000000:session',
          userName: 'no-such-role',
          userType: 'AssumedRole',
        },
      },
    }
    const { body } = await world.call('POST', '/api/findings', 'intake', one)
    const id = body.incidents[0].incident
    await world.call('POST', `/api/incidents/${id}/evidence`, 'responder')
    const source = await eventually('why nothing was read', async () => {
      const { body: brief } = await world.call('GET', `/api/incidents/${id}/brief`, 'responder')
      return brief.sources[1].state === 'failed' ? brief.sources[1] : undefined
    })
    expect(source.text).toContain('no-such-role')
  })
})
