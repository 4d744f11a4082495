import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listFindings } from '#store/findings/finding-views'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

const MANY = 5000
const PAGE = 50

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.call('POST', '/api/findings', 'intake', [finding({ id: 'seed' }), { broken: true }])
  await multiply('incident', `'id', 'inc-' || nth, 'correlation_key', 'key-' || nth, 'status', 'open'`)
  await multiply(
    'finding',
    `'key', 'key-' || nth, 'finding_id', 'many-' || nth, 'incident', 'inc-' || nth, 'received_at', now() - nth * interval '1 second'`,
  )
  await multiply(
    'quarantine',
    `'id', 'bad-' || nth, 'digest', 'bad-' || nth, 'received_at', now() - nth * interval '7 seconds'`,
  )
  await sql`analyze`.execute(world.owner)
})
afterAll(() => world.close())

/** So many rows like the first, each with members of its own. */
const multiply = (table: string, members: string) =>
  sql`insert into ${sql.table(table)}
      select made.* from (select to_jsonb(seed) as row from ${sql.table(table)} seed limit 1) as first, generate_series(1, ${MANY}::int) as nth,
        lateral jsonb_populate_record(null::${sql.table(table)}, first.row || jsonb_build_object(${sql.raw(members)})) as made`.execute(
    world.owner,
  )

/** The first pages of the list, and how many rows of its tables were read for them. */
const readFor = (pages: number): Promise<number> =>
  world.owner.transaction().execute(async (tx) => {
    for (let nth = 0, cursor: string | undefined; nth < pages; nth++) {
      const { items, next } = await listFindings(tx, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
      expect(items).toHaveLength(PAGE)
      cursor = next ?? undefined
    }
    const { rows } = await sql<{ read: number }>`
      select sum(seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables
       where relname in ('finding', 'quarantine')`.execute(tx)
    return rows[0]?.read ?? Number.NaN
  })

describe('a page of the list of findings', () => {
  it('reads little more than it shows, also far back', async () => {
    // Each row that is shown also asks whether it is the first of its incident.
    expect(await readFor(5)).toBeLessThan(5 * PAGE * 8)
  })

  it('has every finding and everything that could not be read once, the newest first', async () => {
    const seen: string[] = []
    const times: string[] = []
    for (let cursor = ''; ; ) {
      const { findings, next } = (await world.call('GET', `/api/findings?limit=500${cursor}`, 'auditor')).body
      seen.push(...findings.map(({ id }: { id: string }) => id))
      times.push(...findings.map(({ receivedAt }: { receivedAt: string }) => receivedAt))
      if (next === null) break
      cursor = `&cursor=${encodeURIComponent(next)}`
    }
    expect(new Set(seen).size).toBe(2 * (MANY + 1))
    expect(seen).toHaveLength(2 * (MANY + 1))
    expect(times).toEqual(times.toSorted().toReversed())
  })

  it.each(['tomorrow', '2026-13-01T00:00:00.000000 key', '2026-01-01T00:00:00.000000', ' '])(
    'is refused for a cursor that no page gave: %j',
    async (cursor) => {
      const answer = await world.call('GET', `/api/findings?cursor=${encodeURIComponent(cursor)}`, 'auditor')
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } })
    },
  )
})
