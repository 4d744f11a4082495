import fc from 'fast-check'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Accounting, FindingCounters, Suppressions } from '#api/schemas/accounting'
import { judgeCases } from '#domain/verdict'
import { connect } from '#store/database/database'
import { keepVerdict } from '#store/incidents/judging'
import { materialOf } from '#store/incidents/material'
import { triageRules } from '#triage/index'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

const DAY_MS = 86_400_000

let world: World
let worker: ReturnType<typeof connect>
beforeAll(async () => {
  world = await openWorld()
  worker = connect(world.urlOf('worker'), 2)
  await expectBehaviours()
})
afterAll(async () => {
  await worker.close()
  await world.close()
})

const entry = (id: string, owner: string, until: string) => `
  - id: ${id}
    kind: expected
    owner: ${owner}
    reason: ordered
    from: 2026-06-01
    until: ${until}
    types: ["UnauthorizedAccess:IAMUser/*"]
    entities: [${id}-*]`

/** Two people approve what is expected. */
async function expectBehaviours(): Promise<void> {
  const source = `entries:${entry('backup', 'storage team', '2027-05-01')}${entry('scan', 'security', '2026-11-26')}\n`
  const { body } = await world.call('POST', '/api/context', 'admin', { source })
  for (const who of ['approver1', 'approver2'] as const)
    await world.call('POST', `/api/changes/${body.change.id}/votes`, who, { decision: 'approve' })
}

const get = async (url: string) => (await world.call('GET', url, 'auditor')).body
const accounting = () => get('/api/findings/accounting?since=2026-01-01T00:00:00Z')
const verb = (incident: string, path: string, body: object = {}) =>
  world.call('POST', `/api/incidents/${incident}/${path}`, 'responder', body)

/** Hands a version in; the incident that it is in. */
async function send(user: string, wish: Parameters<typeof finding>[0] = {}): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user, ...wish }))
  return body.incidents[0].incident
}

/** Judges as the incident’s workflow does, with the worker’s rights. */
async function judge(incident: string): Promise<void> {
  const { episode } = await world.owner
    .selectFrom('incident')
    .select('episode')
    .where('id', '=', incident)
    .executeTakeFirstOrThrow()
  const { cases, beyond, context } = await materialOf(worker.db, incident)
  const uses = cases.flatMap(({ finding: { key }, context: { facts } }) =>
    facts.map((fact) => ({ entry: fact.entry, finding: key })),
  )
  await keepVerdict(worker.db, { incident, episode, context, uses, judgement: judgeCases(triageRules, cases, beyond) })
}

const sendJudged = async (...sent: Parameters<typeof send>): Promise<string> => {
  const incident = await send(...sent)
  await judge(incident)
  return incident
}

const sample = () => {
  const made = finding({ id: 'sample', user: 'sample' })
  return { ...made, service: { ...made.service, additionalInfo: { sample: true } } }
}

/** What was told to the log, which nothing of the accounting reads. */
async function told(type: string): Promise<number> {
  const rows = await world.owner.selectFrom('audit_entry').select('id').where('type', '=', type).execute()
  return rows.length
}

describe('what was received', () => {
  it('is in one class: an incident, folded into one, benign by a rule, suppressed by an entry, or in quarantine', async () => {
    await sendJudged('thief')
    await sendJudged('thief', { count: 2 })
    await send('nobody-judged-it-yet')
    await sendJudged('backup-1')
    await sendJudged('backup-1', { count: 2 })
    await sendJudged('scan-1')
    const { body } = await world.call('POST', '/api/findings', 'intake', [sample(), { id: 'no finding' }])
    await judge(body.incidents[0].incident)
    await send('thief', { count: 2 })
    const { total, rows } = await accounting()
    expect(total).toEqual({
      received: 8,
      incidents: 2,
      folded: 1,
      benign: 1,
      suppressed: 3,
      quarantined: 1,
      unaccounted: 0,
    })
    expect(rows).toMatchObject([
      { account: null, region: null, received: 1, quarantined: 1 },
      {
        account: '111122223333',
        region: 'eu-central-1',
        received: 7,
        benignBy: [{ rule: 'sample', count: 1 }],
        suppressedBy: [
          { entry: 'backup', owner: 'storage team', count: 2 },
          { entry: 'scan', owner: 'security', count: 1 },
        ],
      },
    ])
    expect(Value.Check(Accounting, await accounting())).toBe(true)
    expect((await world.call('GET', '/metrics')).body).toContain('cordon_findings_accounted{answer="suppressed"} 3')
  })

  it('is counted where it ended: read after all, merged, split, and open again', async () => {
    const before = (await accounting()).total
    const raw = { digest: 'older', reason: 'unknown', raw: JSON.stringify(finding({ id: 'again', user: 'again' })) }
    const { id } = await world.owner
      .insertInto('quarantine')
      .values({ ...raw, channel: 'queue' })
      .returning('id')
      .executeTakeFirstOrThrow()
    expect((await accounting()).total).toMatchObject({ quarantined: before.quarantined + 1 })
    await world.call('POST', `/api/quarantine/${id}/retry`, 'responder')
    const read = (await accounting()).total
    expect(read).toMatchObject({ quarantined: before.quarantined, incidents: before.incidents + 1, unaccounted: 0 })

    const [one, other] = [await sendJudged('backup-2'), await sendJudged('scan-2')]
    await verb(one, 'merge', { into: other })
    await judge(other)
    expect((await accounting()).rows.at(-1).suppressedBy).toMatchObject([
      { entry: 'backup', count: 3 },
      { entry: 'scan', count: 2 },
    ])
    await verb(other, 'close', { code: 'benign' })
    await verb(other, 'reopen', {})
    expect((await accounting()).total).toMatchObject({
      suppressed: before.suppressed,
      incidents: read.incidents + 1,
      folded: read.folded + 1,
      unaccounted: 0,
    })
    await verb(other, 'split', { findings: ['backup-2'] })
    expect((await accounting()).total).toMatchObject({ incidents: read.incidents + 2, folded: read.folded })
  })

  it('is in exactly one class whatever becomes of the incidents, as many as the log was told of', async () => {
    const users = ['backup-3', 'backup-4', 'scan-3', 'eve', 'mallory'] as const
    const step = fc.record({
      what: fc.constantFrom('send', 'judge', 'merge', 'close', 'reopen', 'split'),
      user: fc.constantFrom(...users),
      other: fc.constantFrom(...users),
    })
    let count = 0
    const latest = new Map<string, string>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const { what, user, other } of steps) {
          const incident = latest.get(user)
          if (what === 'send' || incident === undefined) latest.set(user, await send(user, { count: (count += 1) }))
          else if (what === 'judge') await judge(incident)
          else if (what === 'merge') await verb(incident, 'merge', { into: latest.get(other) ?? incident })
          else if (what === 'split') await verb(incident, 'split', { findings: [user] })
          else await verb(incident, what, what === 'close' ? { code: 'benign' } : {})
        }
        const { rows, total } = await accounting()
        expect(rows.map(({ unaccounted }: { unaccounted: number }) => unaccounted)).toEqual(rows.map(() => 0))
        expect(total.received - total.quarantined).toBe(await told('finding.received'))
      }),
      { numRuns: 15 },
    )
  })

  it('is asked for a time, by readers', async () => {
    expect((await get('/api/findings/accounting?since=2999-01-01T00:00:00Z')).rows).toEqual([])
    expect((await world.call('GET', '/api/findings/accounting', 'auditor')).status).toBe(400)
    expect((await world.call('GET', '/api/findings/accounting?since=2026-01-01T00:00:00Z', 'intake')).status).toBe(403)
  })
})

describe('the counters of AWS', () => {
  it('count each finding once, by how its incident was answered', async () => {
    const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
    const count = () => get(`/api/findings/metrics?startDate=${day(-1)}&endDate=${day(1)}`)
    const before = await count()
    expect(Value.Check(FindingCounters, before)).toBe(true)
    const [open, cleared, held] = [
      await sendJudged('open-1'),
      await sendJudged('cleared-1'),
      await sendJudged('held-1'),
    ]
    await sendJudged('backup-9')
    await send('open-1', { count: 5 })
    await verb(cleared, 'close', { code: 'false-positive' })
    await verb(held, 'close', { code: 'resolved' })
    const after = await count()
    const grown = Object.fromEntries(Object.entries(after).map(([name, n]) => [name, Number(n) - before[name]]))
    expect(open).not.toBe(held)
    expect(grown).toEqual({
      findingsIngestedGuardDuty: 4,
      findingsIngestedSecurityHub: 0,
      findingsTriaged: 4,
      findingsTriagedFalsePositive: 1,
      findingsInvestigated: 3,
      findingsInvestigatedFalsePositive: 1,
      findingsInvestigatedInProgress: 1,
      findingsEscalated: 0,
      findingsEscalatedFalsePositive: 0,
      findingsEscalatedInProgress: 0,
      findingsTruePositive: 1,
    })
    expect((await get('/api/findings/metrics?startDate=2026-01-01&endDate=2026-01-02')).findingsTriaged).toBe(0)
  })
})

describe('suppressions', () => {
  it('are listed with owner, end, review and what they hid, those that need a look first', async () => {
    const body = await get('/api/suppressions')
    expect(Value.Check(Suppressions, body)).toBe(true)
    const of = (id: string) => body.suppressions.find((one: { readonly id: string }) => one.id === id)
    expect(body.suppressions[0].review).not.toBeNull()
    expect(of('scan')).toMatchObject({ owner: 'security', state: 'expired', reviewBy: '2026-11-12T00:00:00.000Z' })
    expect(of('scan').review).toContain('expired')
    expect(of('backup')).toMatchObject({ owner: 'storage team', until: '2027-05-01', hidden: expect.any(Number) })
    expect(of('backup').hidden).toBeGreaterThan(0)
    expect(of('backup').days[0].day).toBe(of('backup').lastDay)
  })

  it('that have expired hide nothing newer', async () => {
    const incident = await sendJudged('scan-7', { updatedAt: '2026-11-26T00:00:01.000Z' })
    expect((await get(`/api/incidents/${incident}`)).verdict).not.toBe('benign-expected')
  })

  it.each(['owner', 'reason', 'until'])('are refused without %s', async (member) => {
    const source = `entries:${entry('nobody', 'x', '2027-01-01')}\n`.replace(new RegExp(`\\n +${member}: .*`), '')
    expect((await world.call('POST', '/api/context', 'admin', { source })).status).toBe(422)
  })
})
