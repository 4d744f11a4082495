import { type RawBuilder, sql } from 'kysely'
import { bounds, type TimeTaken, timesTaken } from '#domain/numbers'
import type { Database } from '#store/database/database'

/** What is counted: from when, and whether what drills raised counts too. */
export interface Counted {
  readonly since: Date
  readonly drills: 'left-out' | 'counted'
}

export interface ResponseTime {
  readonly name: TimeTaken
  readonly count: number
  /** Seconds; null while nothing was counted. */
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly longest: number | null
  /** So many for each of the bounds, and at the end those that took longer. */
  readonly buckets: readonly number[]
  /** Begun, and not ended so far. */
  readonly waiting: number
}

interface Row {
  readonly name: TimeTaken
  /** An index into the bounds, or null in the row over all of them. */
  readonly bucket: number | null
  readonly count: number
  readonly ranks: readonly number[]
  readonly longest: number
}

/** How long it took until incidents of the window were acknowledged, decided about, contained and recovered. */
export async function responseTimes(db: Database, counted: Counted): Promise<readonly ResponseTime[]> {
  const [rows, waiting] = await Promise.all([taken(db, counted), stillWaiting(db, counted)])
  return timesTaken.map((name) => {
    const mine = rows.filter((row) => row.name === name)
    const all = mine.find(({ bucket }) => bucket === null)
    const [p50 = null, p95 = null, p99 = null] = all?.ranks ?? []
    const buckets = [...bounds, null].map((_, at) => mine.find(({ bucket }) => bucket === at)?.count ?? 0)
    return {
      name,
      count: all?.count ?? 0,
      p50,
      p95,
      p99,
      longest: all?.longest ?? null,
      buckets,
      waiting: waiting[name],
    }
  })
}

/** Whether an incident, named by this expression, counts: one that only a drill raised does not, unless it is asked for. */
export const isReal = (incident: RawBuilder<unknown>, { drills }: Counted): RawBuilder<unknown> =>
  drills === 'counted'
    ? sql`true`
    : sql`not exists (select from finding raised join drill on raised.finding_id = any (drill.finding_ids) where raised.incident = ${incident})`

/** What was merged into another incident is answered there. */
const incidentsOf = (counted: Counted) => sql`
  select id, opened_at, status, verdict from incident
   where opened_at >= ${counted.since} and merged_into is null and ${isReal(sql`incident.id`, counted)}`

/** Plans of people: those that needed nobody’s vote were decided when they were proposed. */
const plansOf = (counted: Counted) => sql`
  select hash, status, proposed_at, coalesce(approved_at, closed_at) as decided_at from plan
   where proposed_at >= ${counted.since} and ${isReal(sql`plan.incident`, counted)}`

/** The log’s first word counts: what happens again after an incident was opened again is no answer to its beginning. */
async function taken(db: Database, counted: Counted): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    with counted as (${incidentsOf(counted)}),
    told as (
      select stream, type, min(at) as at from audit_entry
       where type in ('incident.acknowledged', 'incident.contained', 'incident.recovered') and at >= ${counted.since} group by 1, 2),
    taken as (
      select case type when 'incident.acknowledged' then 'acknowledge' when 'incident.contained' then 'contain' else 'recover' end as name,
             extract(epoch from told.at - opened_at) as seconds
        from told join counted on counted.id = told.stream
      union all
      select 'decide', extract(epoch from decided_at - proposed_at) from (${plansOf(counted)}) as plan
       where decided_at is not null and exists (select from vote where vote.plan = plan.hash)),
    placed as (
      select name, greatest(0, seconds)::float8 as seconds,
             (select count(*)::int from unnest(${bounds}::float8[]) as bound where bound < seconds) as bucket from taken)
    select name, bucket, count(*)::int as count, max(seconds) as longest,
           percentile_cont(array[0.5, 0.95, 0.99]) within group (order by seconds) as ranks
      from placed group by grouping sets ((name), (name, bucket))`.execute(db)
  return rows
}

async function stillWaiting(db: Database, counted: Counted): Promise<Readonly<Record<TimeTaken, number>>> {
  const { rows } = await sql<Record<TimeTaken, number>>`
    select (count(*) filter (where status = 'open' and not exists (
             select from audit_entry where stream = counted.id and type = 'incident.acknowledged')))::int as acknowledge,
           (select count(*)::int from (${plansOf(counted)}) as plan where status = 'proposed') as decide,
           (count(*) filter (where status = 'open' and verdict = 'threat'))::int as contain,
           (count(*) filter (where status = 'contained'))::int as recover
      from (${incidentsOf(counted)}) as counted`.execute(db)
  return rows[0] ?? { acknowledge: 0, decide: 0, contain: 0, recover: 0 }
}
