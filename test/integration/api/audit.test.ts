import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogEntry, LogPage, SealState } from '#api/schemas/audit'
import { connect } from '#store/database/database'
import { sealPending } from '#store/log/seal'
import { sign } from '../audit/log.ts'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

let world: World
let sealer: ReturnType<typeof connect>
let incident: string
beforeAll(async () => {
  world = await openWorld()
  sealer = connect(world.urlOf('sealer'), 1)
  for (const user of ['one', 'two']) {
    const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user }))
    incident = body.incidents[0].incident
    await world.call('POST', `/api/incidents/${incident}/acknowledge`, 'responder')
  }
  await world.call('POST', `/api/incidents/${incident}/comments`, 'approver1', { text: 'I look at it' })
})
afterAll(async () => {
  await sealer.close()
  await world.close()
})

type Event = { id: number; type: string; actor: string; stream: string; at: string; text: string }

const read = async (path: string) => (await world.call('GET', `/api/audit/${path}`, 'auditor')).body
const search = async (query = ''): Promise<readonly Event[]> => (await read(`events?limit=999${query}`)).events
const stored = async (): Promise<number> => {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from audit_entry`.execute(world.owner)
  return rows[0]?.count ?? 0
}

describe('the log', () => {
  it('is shown whole, newest first', async () => {
    const body = await read('events?limit=999')
    expect(Value.Check(LogPage, body)).toBe(true)
    expect(body.next).toBeNull()
    expect(body.events).toHaveLength(await stored())
    expect(body.events[0]).toMatchObject({ type: 'incident.commented', actor: 'approver1', stream: incident })
    const ids = body.events.map(({ id }: Event) => id)
    expect(ids).toEqual(ids.toSorted((one: number, other: number) => other - one))
  })

  it('is found by actor, type, incident and time, and by all of them together', async () => {
    const all = await search()
    const only = (is: (event: Event) => boolean) => all.filter(is)
    expect(await search('&actor=responder')).toEqual(only(({ actor }) => actor === 'responder'))
    expect(await search('&actor=detector/guardduty')).toEqual(only(({ actor }) => actor === 'detector/guardduty'))
    expect(await search('&type=finding.received')).toEqual(only(({ type }) => type === 'finding.received'))
    expect(await search(`&incident=${incident}`)).toEqual(only(({ stream }) => stream === incident))
    expect(await search('&incident=system')).toEqual(only(({ stream }) => stream === 'system'))
    const middle = all[Math.floor(all.length / 2)]?.at ?? ''
    expect(await search(`&from=${middle}`)).toEqual(only(({ at }) => at >= middle))
    expect(await search(`&until=${middle}`)).toEqual(only(({ at }) => at < middle))
    const together = await search(`&actor=responder&type=incident.acknowledged&incident=${incident}`)
    expect(together).toHaveLength(1)
    for (const query of ['&actor=responder', '&incident=system', '&type=finding.received'])
      expect((await search(query)).length).toBeGreaterThan(0)
  })

  it('comes page by page without a gap, also while more happens', async () => {
    const all = await search()
    const seen: Event[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { events: Event[]; next: string | null } = await read(`events?limit=3${cursor}`)
      seen.push(...page.events)
      cursor = page.next === null ? null : `&cursor=${page.next}`
      await world.call('POST', `/api/incidents/${incident}/comments`, 'responder', { text: 'Meanwhile' })
    }
    expect(seen).toEqual(all)
  })

  it('refuses a type that there is not, and a cursor that no page gave', async () => {
    expect((await world.call('GET', '/api/audit/events?type=no.such', 'auditor')).status).toBe(400)
    expect((await world.call('GET', '/api/audit/events?cursor=x', 'auditor')).status).toBe(400)
  })

  it('is for auditors: it names who signed in', async () => {
    for (const who of ['viewer', 'responder', 'approver1', 'operator'] as const)
      expect((await world.call('GET', '/api/audit/events', who)).status).toBe(403)
  })
})

describe('an entry', () => {
  const newest = async () => (await search()).at(0)?.id

  it('waits for the sealer, and is in the signed tree after it', async () => {
    const id = await newest()
    const before = await read(`events/${id}`)
    expect(before).toMatchObject({ state: 'waiting', leaf: null, checkpoint: null })
    expect(await read('seal')).toMatchObject({ checkpoint: null, waiting: await stored() })
    await sealPending(sealer.db, sign)
    const after = await read(`events/${id}`)
    expect(after).toMatchObject({ state: 'sealed', hash: before.hash, checkpoint: await stored() })
    expect(Value.Check(LogEntry, after)).toBe(true)
    const seal = await read('seal')
    expect(Value.Check(SealState, seal)).toBe(true)
    expect(seal).toMatchObject({ waiting: 0, waitingSince: null, checkpoint: { size: await stored() } })
    expect(seal.checkpoint.note).toContain(Buffer.from(seal.checkpoint.root, 'hex').toString('base64'))
  })

  it('has the exact bytes, whose hash anybody can compute', async () => {
    const id = await newest()
    const { entry, hash, seq, stream } = await read(`events/${id}`)
    const { body, headers } = await world.call('GET', `/api/audit/events/${id}/bytes`, 'auditor')
    expect(headers['content-disposition']).toContain(`cordon-log-entry-${id}.json`)
    expect(body).toBe(entry)
    expect(JSON.parse(entry)).toMatchObject({ seq, stream, actor: { kind: 'person', id: 'responder' } })
    expect(
      createHash('sha256')
        .update(Buffer.from([0]))
        .update(String(body))
        .digest('hex'),
    ).toBe(hash)
  })

  it('that somebody changed after it was sealed is said to be changed', async () => {
    const id = (await search('&type=incident.acknowledged')).at(0)?.id
    await sql`alter table audit_entry disable trigger user`.execute(world.owner)
    await sql`update audit_entry set body = convert_to(replace(convert_from(body, 'UTF8'), 'responder', 'approver1'), 'UTF8') where id = ${id}`.execute(
      world.owner,
    )
    expect(await read(`events/${id}`)).toMatchObject({ state: 'changed' })
  })

  it('that there is not is said to be none', async () => {
    expect(await world.call('GET', '/api/audit/events/999999', 'auditor')).toMatchObject({
      status: 404,
      body: { detail: 'The log has no entry 999999' },
    })
  })
})
