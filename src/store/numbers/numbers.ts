import { sql } from 'kysely'
import { bounds, reference, type Window } from '#domain/numbers'
import { clock } from '#store/database/clock'
import type { Database } from '#store/database/database'
import { accounting, type Tally, totalOf } from '#store/findings/accounting'
import { type LoadRow, loadOfPeople } from './load.ts'
import { type NoiseRow, noiseSources } from './noise.ts'
import { type Counted, isReal, type ResponseTime, responseTimes } from './response-times.ts'
import { precisionOfRules, type RuleRow } from './rule-precision.ts'

export interface NumbersQuery {
  readonly days: Window
  readonly drills: Counted['drills']
  /** Whose nights count: a zone of the time zone database. */
  readonly zone: string
}

export interface DayRow {
  /** In UTC, as `2026-11-27`. */
  readonly day: string
  readonly incidents: number
}

/** How Cordon and its people did over a window that ends now. */
export interface Numbers extends NumbersQuery {
  readonly since: string
  readonly until: string
  readonly reference: typeof reference
  /** Upper ends of the buckets, in seconds. */
  readonly bounds: readonly number[]
  readonly times: readonly ResponseTime[]
  /** Plans of the window that nobody decided in time. */
  readonly undecided: number
  /** Incidents of the window that drills raised. */
  readonly drillIncidents: number
  /** Of everything that was received; what drills raised is part of it. */
  readonly answered: Tally
  readonly daily: readonly DayRow[]
  readonly noise: readonly NoiseRow[]
  readonly rules: readonly RuleRow[]
  readonly load: readonly LoadRow[]
}

const DAY_MS = 86_400_000

export async function numbersOf(db: Database, query: NumbersQuery): Promise<Numbers> {
  const until = await clock(db)
  const since = new Date(Date.parse(until) - query.days * DAY_MS)
  const counted = { since, drills: query.drills }
  const [times, asides, rows, daily, noise, rules, load] = await Promise.all([
    responseTimes(db, counted),
    asidesOf(db, counted),
    accounting(db, { since: since.toISOString() }),
    dailyOf(db, counted),
    noiseSources(db, counted),
    precisionOfRules(db, counted),
    loadOfPeople(db, counted, query.zone),
  ])
  const answered = totalOf(rows)
  return {
    ...query,
    since: since.toISOString(),
    until,
    reference,
    bounds,
    times,
    ...asides,
    answered,
    daily,
    noise,
    rules,
    load,
  }
}

/** Every day of the window, also those on which nothing was opened. */
async function dailyOf(db: Database, counted: Counted): Promise<readonly DayRow[]> {
  const { rows } = await sql<DayRow>`
    select to_char(day, 'YYYY-MM-DD') as day, count(incident.id)::int as incidents
      from generate_series(date_trunc('day', ${counted.since}::timestamptz at time zone 'utc'), clock_timestamp() at time zone 'utc', interval '1 day') as day
      left join incident on opened_at >= greatest(day at time zone 'utc', ${counted.since}) and opened_at < (day + interval '1 day') at time zone 'utc'
       and ${isReal(sql`incident.id`, counted)}
     group by 1 order by 1`.execute(db)
  return rows
}

async function asidesOf(db: Database, counted: Counted): Promise<Pick<Numbers, 'undecided' | 'drillIncidents'>> {
  const { rows } = await sql<Pick<Numbers, 'undecided' | 'drillIncidents'>>`
    select (select count(*)::int from plan where status = 'expired' and proposed_at >= ${counted.since}
              and ${isReal(sql`plan.incident`, counted)}) as undecided,
           (select count(*)::int from incident where opened_at >= ${counted.since}
              and not (${isReal(sql`incident.id`, { ...counted, drills: 'left-out' })})) as "drillIncidents"`.execute(
    db,
  )
  return rows[0] ?? { undecided: 0, drillIncidents: 0 }
}
