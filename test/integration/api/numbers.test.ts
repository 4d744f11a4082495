import { sql } from 'kysely'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Numbers } from '#api/schemas/numbers'
import { keepVerdict } from '#store/incidents/judging'
import { materialOf } from '#store/incidents/material'
import { record } from '#store/log/events'
import { judgeMaterial } from '#workflows/judge-material'
import { finding } from './findings-made.ts'
import { judgedIncident, sendOnly } from './judged.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type World } from './world.ts'

const HOUR_MS = 3_600_000

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const numbers = async (query = '') => (await world.call('GET', `/api/numbers${query}`, 'viewer')).body
const timeTo = async (name: string, query = '') =>
  (await numbers(query)).times.find((time: { name: string }) => time.name === name)

async function send(user: string, wish: Parameters<typeof finding>[0] = {}): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user, ...wish }))
  return body.incidents[0].incident
}

/** As if the incident had been opened so many seconds before the log's entry of this type. */
const beganBefore = (incident: string, { type, seconds }: { readonly type: string; readonly seconds: number }) =>
  sql`update incident set opened_at = entry.at - make_interval(secs => ${seconds})
        from audit_entry entry where entry.stream = incident.id and entry.type = ${type} and incident.id = ${incident}`.execute(
    world.owner,
  )

const tell = (incident: string, type: 'incident.contained' | 'incident.recovered') =>
  world.owner
    .transaction()
    .execute((tx) =>
      record(tx, { stream: incident, type, actor: { kind: 'cordon', id: 'worker' }, text: type, refs: {} }),
    )

describe('times', () => {
  it('are none while nothing happened, and say so instead of 0', async () => {
    const body = await numbers()
    expect(body).toMatchObject({ days: 30, zone: 'UTC', undecided: 0, noise: [], rules: [], load: [] })
    for (const time of body.times) expect(time).toMatchObject({ count: 0, p50: null, p95: null, longest: null })
    expect(Value.Check(Numbers, body)).toBe(true)
    expect(body.daily).toHaveLength(31)
  })

  it('to acknowledge have exact percentiles, and a place in the distribution', async () => {
    for (const [user, seconds] of [
      ['quick', 20],
      ['usual', 100],
      ['slow', 80_000],
    ] as const) {
      const incident = await send(user)
      await world.call('POST', `/api/incidents/${incident}/acknowledge`, 'responder')
      await beganBefore(incident, { type: 'incident.acknowledged', seconds })
    }
    const time = await timeTo('acknowledge')
    expect(time).toMatchObject({ count: 3, waiting: 0, p50: 100, longest: 80_000 })
    // Between the second and the third, nine tenths of the way.
    expect(time.p95).toBeCloseTo(100 + 0.9 * (80_000 - 100), 3)
    const { bounds } = await numbers()
    const counted = time.buckets.flatMap((count: number, at: number) => (count === 0 ? [] : [[bounds[at], count]]))
    expect(counted).toEqual([
      [30, 1],
      [120, 1],
      [172_800, 1],
    ])
  })

  it('count what nobody has acknowledged as waiting', async () => {
    await send('nobody-came')
    expect(await timeTo('acknowledge')).toMatchObject({ count: 3, waiting: 1 })
  })

  it('to contain and recover are those of the first time, by the log', async () => {
    const incident = await send('contained')
    await tell(incident, 'incident.contained')
    await beganBefore(incident, { type: 'incident.contained', seconds: 600 })
    await tell(incident, 'incident.recovered')
    await tell(incident, 'incident.contained')
    expect(await timeTo('contain')).toMatchObject({ count: 1, longest: 600 })
    const recovered = await timeTo('recover')
    expect(recovered.count).toBe(1)
    expect(recovered.longest).toBeGreaterThanOrEqual(600)
  })

  it('to decide are those of people: what needed no vote took nobody any time', async () => {
    const { hash } = await proposePlan(world, { required: 1 })
    await proposePlan(world, { required: 1 })
    await world.call('POST', `/api/plans/${hash}/votes`, 'approver1', { decision: 'approve' })
    await sql`update plan set proposed_at = approved_at - interval '900 seconds' where hash = ${hash}`.execute(
      world.owner,
    )
    const byRule = await proposePlan(world, { required: 1 })
    await sql`update plan set approved_at = proposed_at, status = 'done' where hash = ${byRule.hash}`.execute(
      world.owner,
    )
    expect(await timeTo('decide')).toMatchObject({ count: 1, longest: 900, waiting: 1 })
  })

  it('tell plans that ran out undecided, which are in no time to decide', async () => {
    const { hash } = await proposePlan(world)
    await sql`update plan set status = 'expired', closed_at = clock_timestamp() where hash = ${hash}`.execute(
      world.owner,
    )
    expect((await numbers()).undecided).toBe(1)
    expect(await timeTo('decide')).toMatchObject({ count: 1 })
  })

  it('leave out what is older than the window', async () => {
    const incident = await send('last-month')
    await world.call('POST', `/api/incidents/${incident}/acknowledge`, 'responder')
    const before = await timeTo('acknowledge', '?days=90')
    await sql`update incident set opened_at = opened_at - interval '40 days' where id = ${incident}`.execute(
      world.owner,
    )
    expect((await timeTo('acknowledge', '?days=30')).count).toBe(before.count - 1)
    expect((await timeTo('acknowledge', '?days=90')).count).toBe(before.count)
  })

  it('leave out what drills raised, unless they are asked for', async () => {
    const before = await numbers()
    const incident = await send('rehearsed')
    await world.call('POST', `/api/incidents/${incident}/acknowledge`, 'responder')
    await world.owner
      .insertInto('drill')
      .values({ name: 'stolen-access-key', finding_id: 'rehearsed', finding_ids: ['rehearsed'], person: 'responder' })
      .execute()
    const [real, all] = [await numbers(), await numbers('?drills=counted')]
    expect(real.times).toEqual(before.times)
    expect(real.daily).toEqual(before.daily)
    expect(real.drillIncidents).toBe(1)
    expect(all.times[0].count).toBe(before.times[0].count + 1)
    expect(all.daily.at(-1).incidents).toBe(before.daily.at(-1).incidents + 1)
  })
})

describe('noise', () => {
  it('is ranked by what was nothing, with the pages that it cost', async () => {
    const incident = await send('noisy')
    await send('noisy', { count: 2 })
    await world.owner
      .insertInto('page')
      .values({ incident, key: 'k', person: 'responder', level: 1, text: 'Look', status: 'recorded' })
      .execute()
    await world.call('POST', `/api/incidents/${incident}/close`, 'responder', { code: 'false-positive' })
    const [first] = (await numbers()).noise
    expect(first).toMatchObject({ source: 'guardduty', account: '111122223333', noise: 2, pages: 1 })
    expect(first.received).toBeGreaterThan(2)
  })
})

const judgedBy = async (incident: string): Promise<string> => {
  const { verdict_by } = await world.owner
    .selectFrom('incident')
    .select('verdict_by')
    .where('id', '=', incident)
    .executeTakeFirstOrThrow()
  return (verdict_by as unknown as readonly { rule: string }[])[0]?.rule ?? 'none'
}
const ofRule = async (incident: string, query = '') => {
  const rule = await judgedBy(incident)
  return (await numbers(query)).rules.find((row: { rule: string }) => row.rule === rule)
}
const sayOf = async (incident: string, { user, verdict }: { readonly user: string; readonly verdict: string }) => {
  const said = { verdict, confidence: 'high', conclusion: 'looked at', evidence: [user] }
  expect((await world.call('POST', `/api/incidents/${incident}/verdict`, 'responder', said)).status).toBe(200)
}

/** An incident that a rule judged as posture. */
async function foundOpen(user: string): Promise<string> {
  const incident = await sendOnly(world, { user, kind: 'threat' })
  const material = await materialOf(world.owner, incident)
  const judged = judgeMaterial(material)
  const reasons = judged.reasons.map((reason) => ({ ...reason, rule: 'open-to-all' }))
  const judgement = { ...judged, verdict: 'posture' as const, reasons }
  await keepVerdict(world.owner, { incident, episode: 1, context: material.context, uses: [], judgement })
  return incident
}

describe('the precision of a rule', () => {
  it('is none while nobody looked, and then the share that people confirmed of what they looked at', async () => {
    const first = await judgedIncident(world, { user: 'rule-right', kind: 'threat' })
    const second = await judgedIncident(world, { user: 'rule-wrong', kind: 'threat' })
    await judgedIncident(world, { user: 'rule-unseen', kind: 'threat' })
    expect(await ofRule(first)).toMatchObject({ judged: 3, reviewed: 0, precision: null })
    await sayOf(first, { user: 'rule-right', verdict: 'threat' })
    await sayOf(second, { user: 'rule-wrong', verdict: 'threat' })
    // The last word of a person counts.
    await sayOf(second, { user: 'rule-wrong', verdict: 'benign-expected' })
    expect(await ofRule(first)).toEqual({
      rule: await judgedBy(first),
      judged: 3,
      reviewed: 2,
      confirmed: 1,
      overturned: 1,
      precision: 0.5,
    })
    const { body } = await world.call('GET', '/metrics')
    expect(body).toContain(`cordon_triage_rule_reviewed{rule="${await judgedBy(first)}"} 2`)
    expect(body).toContain(`cordon_triage_rule_precision{rule="${await judgedBy(first)}"} 0.5`)
  })

  it('counts reviews that were drawn, unless a person said what it is, whose word goes before', async () => {
    const [right, wrong] = [await foundOpen('drawn-right'), await foundOpen('drawn-wrong')]
    const due_at = new Date(Date.now() + HOUR_MS)
    const drawn = { verdict: 'posture', reviewer: 'responder', due_at, reviewed_at: new Date() }
    await world.owner.deleteFrom('review').execute()
    await world.owner
      .insertInto('review')
      .values([right, wrong].map((incident) => ({ ...drawn, incident, outcome: 'right' })))
      .execute()
    expect(await ofRule(right)).toMatchObject({ judged: 2, reviewed: 2, confirmed: 2, precision: 1 })
    // Twice the same after it took the place of the rules: they are held against what they said themselves.
    await sayOf(wrong, { user: 'drawn-wrong', verdict: 'benign-expected' })
    await sayOf(wrong, { user: 'drawn-wrong', verdict: 'benign-expected' })
    expect(await ofRule(right)).toMatchObject({ judged: 2, reviewed: 2, confirmed: 1, overturned: 1 })
  })

  it('counts nothing that no rule claimed, and no word about other versions of the findings', async () => {
    const open = await judgedIncident(world, { user: 'no-rule' })
    await sayOf(open, { user: 'no-rule', verdict: 'threat' })
    expect(await ofRule(open)).toBeUndefined()
    const changed = await judgedIncident(world, { user: 'rule-again', kind: 'threat' })
    const before = await ofRule(changed)
    await sayOf(changed, { user: 'rule-again', verdict: 'posture' })
    expect(await ofRule(changed)).toMatchObject({ reviewed: before.reviewed + 1 })
    await judgedIncident(world, { user: 'rule-again', kind: 'threat', updatedAt: '2026-11-25T08:00:00.000Z' })
    expect(await ofRule(changed)).toEqual(before)
  })
})

describe('the load', () => {
  it('counts pages of each person, and those of the night by the zone that is asked for', async () => {
    const incident = await send('paged')
    const noon = await world.owner
      .selectNoFrom(
        sql<Date>`date_trunc('day', clock_timestamp() at time zone 'utc') at time zone 'utc' - interval '12 hours'`.as(
          'at',
        ),
      )
      .executeTakeFirstOrThrow()
    const page = { incident, person: 'approver1', level: 1, text: 'Look', sent_at: noon.at }
    await world.owner
      .insertInto('page')
      .values([
        { ...page, key: 'one', status: 'recorded' },
        { ...page, key: 'two', status: 'delivered' },
        { ...page, key: 'in the digest', status: 'held' },
      ])
      .execute()
    const loadIn = async (zone: string) =>
      (await numbers(`?zone=${encodeURIComponent(zone)}`)).load.find(
        (row: { person: string }) => row.person === 'approver1',
      )
    expect(await loadIn('UTC')).toMatchObject({ pages: 2, nightPages: 0, nights: 0, votes: 1 })
    // Noon of UTC is two in the night there.
    expect(await loadIn('Pacific/Kiritimati')).toMatchObject({ pages: 2, nightPages: 2, nights: 1 })
  })

  it('refuses a zone that does not exist', async () => {
    const { status, body } = await world.call('GET', '/api/numbers?zone=Mars%2FOlympus', 'viewer')
    expect(status).toBe(400)
    expect(body.detail).toContain('There is no time zone Mars/Olympus')
  })
})

describe('the file', () => {
  it('has the same numbers, one a line', async () => {
    const { status, headers, body } = await world.call('GET', '/api/numbers.csv?days=30', 'auditor')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(headers['content-disposition']).toMatch(/^attachment; filename="cordon-numbers-[0-9-]+-30-days\.csv"$/)
    const lines = String(body).split('\r\n')
    expect(lines[0]).toBe('group,name,measure,value')
    expect(lines).toContain(`time-to-acknowledge,,count,${(await timeTo('acknowledge')).count}`)
    expect(lines).toContain('time-to-decide,,longest,900')
    expect(lines).toContain('load,approver1,pages,2')
    expect(lines).toContain('rule,open-to-all,reviewed,2')
    expect(lines).toContain('rule,open-to-all,precision,0.5')
    expect(body).toContain('"AWS re:Invent 2024, SEC360')
  })

  it('is no answer for a window that there is not', async () => {
    expect((await world.call('GET', '/api/numbers.csv?days=31', 'auditor')).status).toBe(400)
  })
})
