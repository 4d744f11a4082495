import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import { type Band, bandOf } from '#domain/finding'
import type { IncidentStatus, Phase, Verdict, WaitingFor } from '#domain/incident'
import type { Priority } from '#domain/triage/priority'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { DB, Incident } from '#store/database/schema.generated'
import { waitingFor } from './waiting.ts'

/** One line of the list of incidents. */
export interface IncidentRow {
  readonly id: string
  readonly title: string
  /** The detector’s number; `band` says it in a word. */
  readonly severity: number
  readonly band: Band
  readonly status: IncidentStatus
  readonly phase: Phase
  readonly verdict: Verdict | null
  readonly priority: Priority | null
  /** Until when a person has to give the verdict that the rules could not. */
  readonly answerBy: string | null
  readonly account: string
  readonly accountName: string | null
  readonly region: string
  readonly findingTypes: readonly string[]
  readonly waitingFor: WaitingFor | null
  readonly openedAt: string
  readonly updatedAt: string
}

export interface IncidentFilter {
  readonly status?: string
  /** A band, or the least number. */
  readonly severity?: string
  readonly account?: string
  readonly finding?: string
  readonly q?: string
  readonly priority?: Priority
  /** Only what waits for them: a person’s id, or `cordon`. A page may be shorter than `limit` then, and the next one goes on. */
  readonly whom?: string
  readonly sort?: 'newest' | 'priority'
  readonly limit: number
  /** The id of the last incident of the page before. */
  readonly cursor?: string
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

// What was not judged yet comes before everything.
const rank = (incident: string) => sql<string>`coalesce(${sql.ref(`${incident}.priority`)}, 'P0')`

/** What a page begins after, by the order in which it is sorted. */
const after: Readonly<Record<NonNullable<IncidentFilter['sort']>, (id: string) => ReturnType<typeof sql<boolean>>>> = {
  newest: (id) =>
    sql<boolean>`(incident.opened_at, incident.id) < (select opened_at, id from incident where id = ${id})`,
  priority: (id) => sql<boolean>`exists (select from incident last where last.id = ${id}
    and (${rank('incident')} > ${rank('last')} or ${rank('incident')} = ${rank('last')}
      and (incident.opened_at, incident.id) < (last.opened_at, last.id)))`,
}

/** Incidents, newest first or the most urgent first. Throws `invalid_input` for a cursor that no page gave. */
export async function listIncidents(db: Database, filter: IncidentFilter): Promise<Page<IncidentRow>> {
  const { whom, limit } = filter
  if (whom === undefined) return pageOf(db, filter)
  const found: IncidentRow[] = []
  let next: string | null = filter.cursor ?? null
  for (let looked = 0; looked < LOOKED_AT; looked += STRIDE) {
    const page = await pageOf(db, { ...filter, limit: STRIDE, ...(next === null ? {} : { cursor: next }) })
    found.push(...page.items.filter(({ waitingFor: wait }) => wait?.whom.includes(whom)))
    // The page ends with the last one that is shown, and the next one begins after it.
    if (found.length > limit) return { items: found.slice(0, limit), next: found[limit - 1]?.id ?? null }
    if (page.next === null) return { items: found, next: null }
    next = page.next
  }
  return { items: found, next }
}

// Whom an incident waits for is computed and not stored, so it cannot be asked of the database.
const STRIDE = 250
/** At most, for one page: an answer must come at once. */
const LOOKED_AT = 2000

async function pageOf(db: Database, filter: IncidentFilter): Promise<Page<IncidentRow>> {
  const { cursor, limit, sort = 'newest' } = filter
  let query = filtered(incidentQuery(db), filter)
  if (cursor !== undefined) {
    const last = await db.selectFrom('incident').select('id').where('id', '=', cursor).executeTakeFirst()
    if (last === undefined) throw refusal('invalid_input', 'The cursor is none that a page gave')
    query = query.where(after[sort](cursor))
  }
  const rows = await query
    .$if(sort === 'priority', (sorted) => sorted.orderBy(rank('incident')))
    .orderBy('incident.opened_at', 'desc')
    .orderBy('incident.id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return { items: await asRows(db, shown), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** Incidents with what their row shows. */
export const incidentQuery = (db: Database) =>
  db
    .selectFrom('incident')
    .leftJoin('account', 'account.id', 'incident.account')
    .selectAll('incident')
    .select(['account.name as account_name', 'account.environment'])
    .select(
      sql<string[]>`array(select distinct type from finding where finding.incident = incident.id order by type)`.as(
        'finding_types',
      ),
    )

type IncidentQueryRow = Selectable<Incident> & {
  account_name: string | null
  environment: string | null
  finding_types: string[]
}

const bandFloors: Readonly<Record<string, readonly [number, number]>> = {
  low: [0, 4000],
  medium: [4000, 7000],
  high: [7000, 9000],
  critical: [9000, Number.MAX_SAFE_INTEGER],
}

type Query = SelectQueryBuilder<DB, 'incident' | 'account', IncidentQueryRow>

function filtered(all: ReturnType<typeof incidentQuery>, filter: IncidentFilter): Query {
  let query = all as unknown as Query
  if (filter.status !== undefined) query = query.where('incident.status', 'in', filter.status.split(','))
  if (filter.priority !== undefined) query = query.where('incident.priority', '=', filter.priority)
  if (filter.account !== undefined) query = query.where('incident.account', '=', filter.account)
  if (filter.severity !== undefined) {
    const [least, below] = bandFloors[filter.severity] ?? [Number(filter.severity) * 1000, Number.MAX_SAFE_INTEGER]
    query = query
      .where('incident.severity_milli', '>=', Math.round(least))
      .where(sql<boolean>`incident.severity_milli < ${below}::bigint`)
  }
  if (filter.finding !== undefined)
    query = query.where(
      sql<boolean>`incident.id in (select incident from finding where finding_id = ${filter.finding} or key = ${filter.finding})`,
    )
  if (filter.q !== undefined) {
    const like = `%${filter.q.replaceAll(/[\\%_]/g, '\\$&')}%`
    query = query.where(
      sql<boolean>`(incident.title ilike ${like} or incident.id ilike ${like} or incident.account ilike ${like} or account.name ilike ${like}
        or exists (select from finding where finding.incident = incident.id and (finding.type ilike ${like} or finding.finding_id ilike ${like} or finding.body::text ilike ${like})))`,
    )
  }
  return query
}

async function asRows(db: Database, rows: readonly IncidentQueryRow[]): Promise<readonly IncidentRow[]> {
  const waits = await waitingFor(db, rows)
  return rows.map((row) => asRow(row, waits.get(row.id) ?? null))
}

/** One of them as a row. The columns hold words of closed lists: the database checks status and phase, the worker writes verdicts. */
export const asRow = (row: IncidentQueryRow, wait: WaitingFor | null): IncidentRow => ({
  id: row.id,
  title: row.title,
  severity: row.severity_milli / 1000,
  band: bandOf(row.severity_milli / 1000),
  status: row.status as IncidentStatus,
  phase: row.phase as Phase,
  verdict: row.verdict as Verdict | null,
  priority: row.priority as Priority | null,
  answerBy: row.answer_by?.toISOString() ?? null,
  account: row.account,
  accountName: row.account_name,
  region: row.region,
  findingTypes: row.finding_types,
  waitingFor: wait,
  openedAt: row.opened_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

/** Whether there is such a thing; what a route asks before it looks at a body. */
export async function exists(db: Database, kind: 'incident' | 'plan' | 'change', id: string): Promise<boolean> {
  const found =
    kind === 'plan'
      ? await db.selectFrom('plan').select('hash').where('hash', '=', id).executeTakeFirst()
      : await db.selectFrom(kind).select('id').where('id', '=', id).executeTakeFirst()
  return found !== undefined
}

/** The build that the incident’s episode is frozen to. */
export async function buildOf(db: Database, incident: string): Promise<string> {
  const { build } = await db.selectFrom('incident').select('build').where('id', '=', incident).executeTakeFirstOrThrow()
  return build
}
