import { sql } from 'kysely'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ImportedReputation, ReputationLists } from '#api/schemas/reputation'
import { isMoreToJudge } from '#domain/records'
import { judgeCases } from '#domain/verdict'
import { connect } from '#store/database/database'
import { keepVerdict } from '#store/incidents/judging'
import { materialOf } from '#store/incidents/material'
import { readRecord } from '#store/incidents/record-view'
import { endReputation } from '#store/triage/ended-reputation'
import { triageRules } from '#triage/index'
import { finding } from './findings-made.ts'
import { openWorld, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const DAY_MS = 86_400_000
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString()
const bring = (source: string, said: object = {}, who: Who = 'admin') =>
  world.call('POST', '/api/reputation', who, {
    name: 'abuse-feed',
    owner: 'soc',
    reason: 'reported by others',
    until: inDays(30),
    format: 'csv',
    source,
    ...said,
  })
const get = async (url: string) => (await world.call('GET', url, 'auditor')).body

async function open(id: string): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id, user: id }))
  return body.incidents[0].incident
}

async function judge(incident: string) {
  const worker = connect(`${world.ownerUrl}`, 2)
  try {
    const material = await materialOf(worker.db, incident)
    const facts = material.cases.flatMap(({ finding: { key }, context }) =>
      context.facts.map(({ entry }) => ({ entry, finding: key })),
    )
    const judgement = judgeCases(triageRules, material.cases, material.beyond)
    await keepVerdict(worker.db, { incident, episode: 1, context: material.context, uses: facts, judgement })
    return judgement
  } finally {
    await worker.close()
  }
}

const listsOf = (name: string) =>
  world.owner.selectFrom('reputation_list').select('version').where('name', '=', name).orderBy('version').execute()
const endNow = (version: number) =>
  world.owner
    .updateTable('reputation_list')
    .set({ until: new Date(0) })
    .where('version', '=', version)
    .execute()
const wakesOf = async (incidents: readonly string[]): Promise<readonly number[]> => {
  const rows = await world.owner
    .selectFrom('wake')
    .select(['incident', 'requested'])
    .where('incident', 'in', incidents)
    .execute()
  return incidents.map((incident) => Number(rows.find((row) => row.incident === incident)?.requested ?? 0))
}

/** Where every finding of these tests comes from. */
const REMOTE = '198.51.100.23'

describe('a list of bad addresses', () => {
  it('raises the priority of a finding from there, is a fact of the brief and is counted', async () => {
    const incident = await open('victim')
    const before = await judge(incident)
    expect((await get(`/api/incidents/${incident}/brief`)).sources).toContainEqual(
      expect.objectContaining({ source: 'lists of bad reputation', state: 'not set up' }),
    )
    const { status, body } = await bring(`value,why\n198.51.100.0/24,brute force\nevil.example,C2\n`)
    expect([status, body.indicators, body.version]).toEqual([201, 2, 1])
    expect(Value.Check(ImportedReputation, body)).toBe(true)
    const after = await judge(incident)
    expect(after.points).toBe(before.points + 10)
    const brief = await get(`/api/incidents/${incident}/brief`)
    expect(brief.from[0]).toBe(`${REMOTE} is on abuse-feed: brute force (soc)`)
    const lists = await get('/api/reputation')
    expect(lists.lists).toMatchObject([{ name: 'abuse-feed', findings: 1, isInForce: true, indicators: 2 }])
    expect(Value.Check(ReputationLists, lists)).toBe(true)
    expect((await get(`/api/context/explain?finding=victim`)).facts).toMatchObject([
      { fact: 'bad reputation', entry: 'reputation/abuse-feed' },
    ])
  })

  it('is replaced by its next version, which alone counts; what was imported stays in the record', async () => {
    const incident = await open('another')
    expect((await bring('value\n')).body).toMatchObject({ version: 2, indicators: 0 })
    expect((await judge(incident)).terms.map(({ text }) => text)).not.toContain(
      'an address or a name of bad reputation',
    )
    const kept = await world.owner.selectFrom('reputation_list').select(['version', 'indicators']).execute()
    expect(kept).toEqual([
      { version: 1, indicators: 2 },
      { version: 2, indicators: 0 },
    ])
    const events = await world.owner.selectFrom('audit_entry').select('type').where('stream', '=', 'system').execute()
    expect(events.filter(({ type }) => type === 'reputation.imported')).toHaveLength(2)
  })

  it('counts for nothing when its time is over', async () => {
    const incident = await open('late')
    await bring(`value\n${REMOTE}\n`, { name: 'short' })
    expect((await judge(incident)).terms.map(({ text }) => text)).toContain('an address or a name of bad reputation')
    await world.owner
      .updateTable('reputation_list')
      .set({ until: new Date(0) })
      .where('name', '=', 'short')
      .execute()
    expect((await judge(incident)).terms.map(({ text }) => text)).not.toContain(
      'an address or a name of bad reputation',
    )
  })

  it('has every open incident judged again once when its time is over, and none that is closed', async () => {
    await endReputation(world.db)
    const stillOpen = await open('still-open')
    const closed = await open('closed')
    await world.owner.updateTable('incident').set({ status: 'closed' }).where('id', '=', closed).execute()
    await bring(`value\n${REMOTE}\n`, { name: 'ending' })
    await bring(`value\n${REMOTE}\n`, { name: 'replaced' })
    await bring(`value\n${REMOTE}\n`, { name: 'replaced' })
    const record = () => world.db.transaction().execute((tx) => readRecord(tx, stillOpen))
    const before = await record()
    const asked = await wakesOf([stillOpen, closed])
    expect(await endReputation(world.db)).toEqual([])

    const [replaced] = await listsOf('replaced')
    await endNow(replaced?.version ?? 0)
    expect(await endReputation(world.db)).toEqual([])
    expect(await wakesOf([stillOpen, closed])).toEqual(asked)

    const [ending] = await listsOf('ending')
    await endNow(ending?.version ?? 0)
    // Two that look at the same moment: one of them does it.
    expect((await Promise.all([endReputation(world.db), endReputation(world.db)])).flat()).toEqual(['ending'])
    expect(await endReputation(world.db)).toEqual([])
    const [ofOpen = 0, ofClosed = 0] = asked
    expect(await wakesOf([stillOpen, closed])).toEqual([ofOpen + 1, ofClosed])
    expect(isMoreToJudge(await record(), before)).toBe(true)
    const ends = await world.owner
      .selectFrom('audit_entry')
      .select('body')
      .where('type', '=', 'reputation.ended')
      .execute()
    const texts = ends.map(({ body }) => body.toString('utf8'))
    expect(texts.filter((text) => text.includes('List ending ended at '))).toHaveLength(1)
    expect(texts.filter((text) => text.includes('List replaced '))).toEqual([])
  })

  it('that ended is not marked when the wakes could not be raised: the next look does it', async () => {
    await bring(`value\n${REMOTE}\n`, { name: 'interrupted' })
    const [list] = await listsOf('interrupted')
    await endNow(list?.version ?? 0)
    await sql`revoke insert on wake from cordon_api`.execute(world.owner)
    await expect(endReputation(world.db)).rejects.toThrow('permission denied')
    await sql`grant insert on wake to cordon_api`.execute(world.owner)
    expect(await endReputation(world.db)).toEqual(['interrupted'])
  })

  it('is refused with every wrong line, without an end, and to whoever may not change rules', async () => {
    const wrong = await bring('value\n198.51.100.7\nnobody\n')
    expect(wrong).toMatchObject({ status: 422, body: { code: 'unprocessable' } })
    expect(wrong.body.detail).toContain('line 3: nobody is neither an address')
    expect((await bring('value\n', { until: inDays(400) })).status).toBe(422)
    expect((await bring('value\n', { until: inDays(-1) })).status).toBe(422)
    expect((await bring('value\n', {}, 'responder')).status).toBe(403)
  })

  it('of a domain stands for the names below it', async () => {
    const { reputationOf } = await import('#store/triage/reputation-matches')
    await bring('value\nevil.example\n', { name: 'names' })
    const of = (name: string) => reputationOf(world.owner, { addresses: [], domains: [name] })
    expect(await of('pool.evil.example')).toMatchObject([{ seen: 'pool.evil.example', list: 'names' }])
    expect(await of('notevil.example')).toEqual([])
  })
})
