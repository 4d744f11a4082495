import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CaseList, ContextExplanation, ContextView } from '#api/schemas/context'
import { judgeCases } from '#domain/verdict'
import { connect, type Database } from '#store/database/database'
import { keepVerdict } from '#store/incidents/judging'
import { materialOf } from '#store/incidents/material'
import { triageRules } from '#triage/index'
import { finding } from './findings-made.ts'
import { openWorld, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const regions = `entries:
  - { id: regions, kind: working-regions, owner: platform, reason: we work there, regions: [eu-central-1] }
`
const expecting = (until: string, entity = 'scan-bot'): string => `${regions}
  - id: scan-bot
    kind: expected
    owner: security
    reason: ordered in SEC-12
    from: 2026-01-01
    until: ${until}
    types: ["UnauthorizedAccess:IAMUser/*"]
    entities: [${entity}]
`
const apply = (source: string, who: Who = 'admin') => world.call('POST', '/api/context', who, { source })
const get = async (url: string) => (await world.call('GET', url, 'auditor')).body
const vote = (id: string, who: Who) => world.call('POST', `/api/changes/${id}/votes`, who, { decision: 'approve' })
const context = () => get('/api/context')

/** Judges as the incident’s workflow does. */
async function judge(db: Database, incident: string) {
  const material = await materialOf(db, incident)
  const uses = material.cases.flatMap(({ finding: { key }, context: { facts } }) =>
    facts.map(({ entry }) => ({ entry, finding: key })),
  )
  const judgement = judgeCases(triageRules, material.cases, material.beyond)
  return keepVerdict(db, { incident, episode: 1, context: material.context, uses, judgement })
}

async function open(user: string, wish: object = {}): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user, ...wish }))
  return body.incidents[0].incident
}

describe('a context', () => {
  it('is in force at once when it only adds gravity', async () => {
    expect((await world.call('GET', '/api/context', 'auditor')).status).toBe(404)
    expect(await apply(regions)).toMatchObject({ status: 200, body: { kind: 'applied' } })
    expect(await context()).toMatchObject({ version: 1, change: null, entries: [{ id: 'regions', findings: 0 }] })
    expect(Value.Check(ContextView, await context())).toBe(true)
    await apply(regions)
    expect(await context()).toMatchObject({ version: 1 })
  })

  it('that could make a verdict milder is in force when two approvers of two groups approve, and not before', async () => {
    const { status, body } = await apply(expecting('2026-12-01'))
    expect([status, body.kind, body.widenings]).toEqual([201, 'proposed', ['scan-bot is new: expected']])
    expect(body.change).toMatchObject({
      kind: 'context',
      quorum: { required: 2, groups: 2 },
      concerns: ['Findings may be judged milder: scan-bot is new: expected'],
      differences: [{ path: 'scan-bot' }],
    })
    expect((await vote(body.change.id, 'admin')).status).toBe(403)
    await vote(body.change.id, 'approver1')
    expect((await context()).version).toBe(1)
    await vote(body.change.id, 'approver2')
    expect(await context()).toMatchObject({ version: 2, change: body.change.id })
    const events = await world.owner.selectFrom('audit_entry').select('type').where('stream', '=', 'system').execute()
    expect(events.map(({ type }) => type)).toContain('context.applied')
  })

  it('narrows by one person alone, and what was proposed on another is proposed anew', async () => {
    const wider = await apply(expecting('2026-12-24'))
    expect(await apply(expecting('2026-11-30'))).toMatchObject({ status: 200 })
    await vote(wider.body.change.id, 'approver1')
    expect(await vote(wider.body.change.id, 'approver2')).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect((await context()).source).toBe(expecting('2026-11-30'))
  })

  it('is refused with its lines, and to whoever may not change rules', async () => {
    const wrong = await apply('entries:\n  - { id: a, kind: scanner, owner: o, reason: r }\n')
    expect(wrong).toMatchObject({ status: 422, body: { code: 'unprocessable' } })
    expect(wrong.body.detail).toContain('line 2: a: kind scanner needs networks')
    expect((await apply(regions, 'responder')).status).toBe(403)
  })
})

describe('findings that a context knows', () => {
  it('are benign by the entry, which counts them, and is told with the verdict', async () => {
    const worker = connect(`${world.ownerUrl}`, 2)
    const incident = await open('scan-bot', { updatedAt: '2026-06-01T00:00:00.000Z' })
    expect(await judge(worker.db, incident)).toMatchObject({ verdict: 'benign-expected', priority: 'P4' })
    await judge(worker.db, incident)
    expect((await context()).entries.at(1)).toMatchObject({ id: 'scan-bot', findings: 1, lastAt: expect.any(String) })
    const explained = await get('/api/context/explain?finding=scan-bot')
    expect(explained).toMatchObject({ facts: [{ fact: 'expected', entry: 'scan-bot' }], environment: 'production' })
    expect(Value.Check(ContextExplanation, explained)).toBe(true)
    expect((await world.call('GET', '/api/context/explain?finding=nothing', 'auditor')).status).toBe(404)
    const { events } = await get(`/api/incidents/${incident}/timeline`)
    const told = events.filter(({ type }: { type: string }) => type === 'incident.verdict')
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ refs: { context: (await context()).digest } })
    await worker.close()
  })
})

describe('incidents with a priority', () => {
  it('are listed by it, page by page, with its terms, and what rules saw of them can be judged again', async () => {
    const worker = connect(`${world.ownerUrl}`, 2)
    const staging = await open('staging-bot', { account: '777788889999', severity: 5 })
    const shop = await open('shop-bot')
    await judge(worker.db, staging)
    await judge(worker.db, shop)
    const fresh = await open('fresh-bot')
    const listed: string[] = []
    for (let cursor = ''; ; ) {
      const { incidents, next } = await get(`/api/incidents?sort=priority&limit=1${cursor}`)
      listed.push(...incidents.map(({ id, priority }: { id: string; priority: string }) => `${id} ${priority}`))
      if (next === null) break
      cursor = `&cursor=${next}`
    }
    expect(listed.slice(0, 3)).toEqual([`${fresh} null`, `${shop} P1`, `${staging} P2`])
    expect((await get('/api/incidents?priority=P2')).incidents).toMatchObject([{ id: staging }])
    expect((await get(`/api/incidents/${shop}`)).priorityTerms).toContainEqual({ points: 30, text: 'verdict threat' })
    const cases = await get('/api/triage/cases?since=2026-01-01T00:00:00Z&limit=2')
    expect(Value.Check(CaseList, cases)).toBe(true)
    const rest = await get(`/api/triage/cases?since=2026-01-01T00:00:00Z&cursor=${cases.next}`)
    const all = [...cases.incidents, ...rest.incidents]
    expect(all.map(({ incident }) => incident)).toEqual([expect.any(String), staging, shop])
    for (const past of all) expect(judgeCases(triageRules, past.cases, past.beyond).verdict).toBe(past.verdict)
    await worker.close()
  })

  it('have a deadline where a person has to give the verdict, which more findings never move back', async () => {
    const worker = connect(`${world.ownerUrl}`, 2)
    const incident = await open('unsure-bot')
    await world.owner.updateTable('finding').set({ body: unsure }).where('incident', '=', incident).execute()
    const { answerBy } = await judge(worker.db, incident)
    const { waitingFor, ...row } = await get(`/api/incidents/${incident}`)
    expect(row).toMatchObject({ verdict: 'inconclusive', answerBy })
    expect(Date.parse(answerBy ?? '') - Date.parse(row.openedAt)).toBeGreaterThanOrEqual(4 * 3_600_000)
    expect(await judge(worker.db, incident)).toMatchObject({ answerBy })
    expect(waitingFor).toMatchObject({ what: 'cordon' })
    await worker.close()
  })
})

const unsure = JSON.stringify({
  key: 'k',
  id: 'unsure-bot',
  source: 'guardduty',
  type: 'Made:EC2/Up',
  account: '111122223333',
  region: 'eu-central-1',
  severityMilli: 5000,
  title: '',
  description: '',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  count: 1,
  isSample: false,
  credential: { kind: 'unknown', account: '111122223333' },
  instance: null,
  remoteAddress: null,
  api: null,
  userAgent: null,
})
