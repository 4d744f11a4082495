import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeEvidence } from '#store/incidents/verb-calls'
import { sayLogSources } from '#store/investigations/log-sources'
import { judgedIncident, judgeNow, sendOnly } from './judged.ts'
import { openWorld, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const post = (incident: string, path: string, body: object = {}, who: Who = 'responder') =>
  world.call('POST', `/api/incidents/${incident}/${path}`, who, body)
const detail = async (id: string) => (await world.call('GET', `/api/incidents/${id}`, 'auditor')).body
const queue = async () => (await world.call('GET', '/api/investigations', 'auditor')).body.investigations
const timeline = async (id: string): Promise<readonly { type: string; text: string }[]> =>
  (await world.call('GET', `/api/incidents/${id}/timeline`, 'auditor')).body.events
const inQueue = async (id: string) => (await queue()).find(({ incident }: { incident: string }) => incident === id)

const saying = (verdict: string, evidence: readonly string[]) => ({
  verdict,
  confidence: 'high',
  conclusion: 'the deployment of yesterday',
  evidence,
})

describe('the queue', () => {
  it('has what rules cannot judge, the most urgent first, with a deadline and who could take it', async () => {
    const quiet = await judgedIncident(world, { user: 'queued-quiet' })
    const urgent = await judgedIncident(world, { user: 'queued-urgent', kind: 'urgent' })
    const judged = await judgedIncident(world, { user: 'queued-threat', kind: 'threat' })
    const ids: string[] = (await queue()).map(({ incident }: { incident: string }) => incident)
    expect(ids).toContain(urgent)
    expect(ids.indexOf(urgent)).toBeLessThan(ids.indexOf(quiet))
    expect(ids).not.toContain(judged)
    expect(await inQueue(quiet)).toMatchObject({
      priority: 'P3',
      claim: null,
      suggested: 'responder',
      skills: ['iamuser'],
      isLate: false,
    })
  })

  it('gives a claim an end of its own, and lets nobody else take it unless they name whose it is', async () => {
    const id = await judgedIncident(world, { user: 'claimed' })
    expect((await post(id, 'claim')).status).toBe(200)
    expect(await inQueue(id)).toMatchObject({ claim: { person: 'responder' }, suggested: null })
    expect((await detail(id)).acknowledgedBy).toBe('responder')
    const refused = await post(id, 'claim', {}, 'approver1')
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict'])
    expect(refused.body.detail).toContain('responder looks into it until')
    const { body } = await post(id, 'claim', { from: 'responder', reason: 'end of shift' }, 'approver1')
    expect(body.claims.map(({ person, end }: { person: string; end: string }) => [person, end])).toEqual([
      ['responder', 'taken-over'],
      ['approver1', null],
    ])
    expect((await timeline(id)).at(-1)).toMatchObject({
      type: 'incident.claimed',
      text: expect.stringContaining('taken over from responder: end of shift'),
    })
  })

  it('has it back when the claim is over, or given back', async () => {
    const id = await judgedIncident(world, { user: 'over' })
    await post(id, 'claim')
    await world.owner
      .updateTable('claim')
      .set({ until: new Date(0) })
      .where('incident', '=', id)
      .execute()
    expect(await inQueue(id)).toMatchObject({ claim: null })
    expect((await detail(id)).claims).toMatchObject([{ end: 'over' }])
    expect((await post(id, 'claim', {}, 'approver1')).status).toBe(200)
    expect((await world.call('DELETE', `/api/incidents/${id}/claim`, 'responder')).status).toBe(200)
    expect(await inQueue(id)).toMatchObject({ claim: { person: 'approver1' } })
    await world.call('DELETE', `/api/incidents/${id}/claim`, 'approver1')
    expect(await inQueue(id)).toMatchObject({ claim: null })
  })

  it('has nothing to claim of what is judged or closed', async () => {
    const id = await judgedIncident(world, { user: 'not-claimed', kind: 'threat' })
    expect((await post(id, 'claim')).status).toBe(409)
    expect((await post('nothing', 'claim')).status).toBe(404)
  })
})

describe('a verdict of a person', () => {
  it('takes the place of the rules’, ends the claim, wakes the incident and answers the deadline', async () => {
    const id = await judgedIncident(world, { user: 'benign' })
    await post(id, 'claim')
    // As if its workflow had read everything.
    await world.owner.updateTable('wake').set({ handled: sql`requested` }).execute()
    const woken = world.woken.length
    const { status, body } = await post(id, 'verdict', saying('benign-expected', ['benign']))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      verdict: 'benign-expected',
      confidence: 'high',
      priority: 'P4',
      answerBy: null,
      claims: [{ end: 'answered' }],
      analystVerdicts: [
        { verdict: 'benign-expected', rulesVerdict: 'inconclusive', stands: true, evidence: ['benign'] },
      ],
    })
    expect(body.reasons).toEqual([expect.stringContaining('concluded: the deployment of yesterday')])
    expect(world.woken.slice(woken)).toContainEqual(expect.objectContaining({ incident: id }))
    expect(await inQueue(id)).toBeUndefined()
    // The rules that were at it meanwhile do not take it back.
    expect(await judgeNow(world, id)).toBe('benign-expected')
    expect((await detail(id)).verdict).toBe('benign-expected')
  })

  it('stands until there is more evidence: then the rules judge again, and say what somebody had said', async () => {
    const id = await judgedIncident(world, { user: 'again' })
    await post(id, 'verdict', saying('benign-expected', ['again']))
    await sendOnly(world, { user: 'again', updatedAt: '2026-11-25T08:00:00.000Z' })
    expect(await judgeNow(world, id)).toBe('inconclusive')
    const now = await detail(id)
    expect(now).toMatchObject({ verdict: 'inconclusive', analystVerdicts: [{ stands: false }] })
    expect(now.answerBy).not.toBeNull()
    expect((await timeline(id)).at(-1)?.text).toContain('had said benign-expected before there was more')
  })

  it('cites what the record has, and nothing else', async () => {
    const id = await judgedIncident(world, { user: 'cited' })
    const key = `111122223333/eu-central-1/cited`
    expect((await post(id, 'verdict', saying('posture', [`${key}#credential.accessKeyId`]))).status).toBe(200)
    for (const missing of ['nothing', `${key}#credential.nothing`, `${key}#constructor`]) {
      const { status, body } = await post(id, 'verdict', saying('posture', [missing]))
      expect([status, body.code]).toEqual([422, 'unprocessable'])
      expect(body.detail).toContain(missing)
    }
    expect((await post(id, 'verdict', saying('posture', []))).status).toBe(400)
    expect((await post(id, 'verdict', saying('inconclusive', ['cited']))).status).toBe(400)
    expect((await detail(id)).analystVerdicts).toHaveLength(1)
  })

  it('waits for the rules, and only becomes a case for them once a runbook responds', async () => {
    const early = await sendOnly(world, { user: 'early' })
    expect((await post(early, 'verdict', saying('threat', ['early']))).status).toBe(409)
    const id = await judgedIncident(world, { user: 'late', kind: 'threat' })
    const { body } = await post(id, 'verdict', saying('benign-expected', ['late']))
    expect(body).toMatchObject({ verdict: 'threat', analystVerdicts: [{ verdict: 'benign-expected', stands: false }] })
  })

  it('is a labelled case with what the rules see, a page at a time', async () => {
    const labels: { incident: string; verdict: string; isCurrent: boolean; cases: unknown[] }[] = []
    for (let cursor = ''; ; ) {
      const { body } = await world.call('GET', `/api/triage/labels?limit=1${cursor}`, 'auditor')
      labels.push(...body.labels)
      if (body.next === null) break
      cursor = `&cursor=${body.next}`
    }
    expect(new Set(labels.map(({ incident }) => incident)).size).toBe(labels.length)
    const id = await judgedIncident(world, { user: 'labelled' })
    await post(id, 'verdict', saying('inappropriate', ['labelled']))
    await post(id, 'verdict', saying('benign-expected', ['labelled']))
    const { body } = await world.call('GET', '/api/triage/labels', 'auditor')
    const of = body.labels.filter(({ incident }: { incident: string }) => incident === id)
    expect(of).toMatchObject([
      { verdict: 'benign-expected', isCurrent: true, cases: [{ finding: { id: 'labelled' } }] },
    ])
    expect((await world.call('GET', '/api/triage/labels?cursor=nothing', 'auditor')).status).toBe(400)
  })
})

describe('questions', () => {
  it('and their answers stay in the incident, with who, when and on what', async () => {
    const id = await judgedIncident(world, { user: 'asked' })
    const asked = await post(id, 'questions', { text: 'Was it a deployment?' })
    expect(asked.status).toBe(201)
    const path = `questions/${asked.body.id}/answers`
    expect((await post(id, path, { text: 'Yes', evidence: ['asked'] }, 'approver1')).status).toBe(201)
    expect((await post(id, path, { text: 'Yes', evidence: ['nothing'] })).status).toBe(422)
    expect((await post(id, 'questions/nothing/answers', { text: 'Yes' })).status).toBe(404)
    expect((await detail(id)).questions).toMatchObject([
      {
        person: 'responder',
        text: 'Was it a deployment?',
        answers: [{ person: 'approver1', text: 'Yes', evidence: ['asked'] }],
      },
    ])
    const told = (await timeline(id)).map(({ type }) => type)
    expect(told.slice(-2)).toEqual(['question.asked', 'question.answered'])
  })
})

describe('a brief', () => {
  it('says who, from where and what was similar, and what could not be seen', async () => {
    const former = await judgedIncident(world, { user: 'briefed-before' })
    await post(former, 'close', { code: 'benign', lessons: 'a deployment' })
    const id = await judgedIncident(world, { user: 'briefed' })
    const { status, body } = await world.call('GET', `/api/incidents/${id}/brief`, 'auditor')
    expect(status).toBe(200)
    expect(body.who).toEqual([expect.stringContaining('user briefed')])
    expect(body.from[0]).toContain('198.51.100.23')
    expect(body.similar).toContainEqual(
      expect.objectContaining({ incident: former, about: 'type', closureCode: 'benign', lessons: 'a deployment' }),
    )
    const states = new Map(body.sources.map(({ source, state }: { source: string; state: string }) => [source, state]))
    expect(states.get('detector’s findings')).toBe('available')
    expect(states.get('CloudTrail look-up')).toBe('not asked')
    expect(states.get('VPC flow logs')).toBe('not set up')
    expect(body.unseen.join('\n')).toContain('VPC flow logs: not set up')
  })

  it('asks for evidence once, also by itself when people are called', async () => {
    const id = await judgedIncident(world, { user: 'asks' })
    expect((await world.call('POST', `/api/incidents/${id}/claim`, 'responder')).status).toBe(200)
    expect(await world.call('POST', `/api/incidents/${id}/evidence`, 'responder')).toMatchObject({
      status: 202,
      body: { asked: 2 },
    })
    expect(await post(id, 'evidence')).toMatchObject({ status: 202, body: { asked: 0 } })
    const urgent = await judgedIncident(world, { user: 'asks-itself', kind: 'urgent' })
    const { body } = await world.call('GET', `/api/incidents/${urgent}/brief`, 'auditor')
    expect(body.sources[1]).toMatchObject({ source: 'CloudTrail look-up', state: 'on its way' })
    expect((await timeline(urgent)).map(({ type }) => type)).toContain('evidence.asked')
    await post(id, 'close', { code: 'benign' })
    expect((await post(id, 'evidence')).status).toBe(409)
  })
})

describe('a brief where the organisation’s logs are set up', () => {
  it('asks them, and says in words how each stands', async () => {
    await sayLogSources(world.db, ['trail', 'flows'])
    const id = await judgedIncident(world, { user: 'asks-logs' })
    expect(await post(id, 'evidence')).toMatchObject({ status: 202, body: { asked: 2 } })
    const trail = 'the organisation’s trail by Athena'
    const stateOf = async (source: string) =>
      (await world.call('GET', `/api/incidents/${id}/brief`, 'auditor')).body.sources.find(
        (one: { source: string }) => one.source === source,
      )
    expect(await stateOf(trail)).toMatchObject({ state: 'on its way' })
    expect(await stateOf('VPC flow logs')).toMatchObject({ state: 'not asked', text: 'no finding names an instance' })
    const parts = [{ source: trail, state: 'out of time', text: 'no answer within 45 seconds: the query was stopped' }]
    const nothing = { calls: [], rolesAssumed: [], changes: [], unseen: [], from: '', to: '' }
    const answer = { ...nothing, parts }
    await storeEvidence(world.owner, {
      incident: id,
      episode: 1,
      key: 'looked',
      kind: 'trailOf',
      question: {},
      answer,
      leftBehind: [],
    })
    expect(await stateOf(trail)).toMatchObject({ state: 'out of time', text: parts[0]?.text })
    await sayLogSources(world.db, [])
    const other = await judgedIncident(world, { user: 'asks-no-logs' })
    const { body } = await world.call('GET', `/api/incidents/${other}/brief`, 'auditor')
    expect(body.unseen.join('\n')).toContain(`${trail}: not set up`)
  })
})
