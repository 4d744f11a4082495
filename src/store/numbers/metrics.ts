import { sql } from 'kysely'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { isStanding, stateNow } from '#store/plans/lease-record'

/** Throws when the database does not answer. */
export async function checkDatabase(db: Database): Promise<void> {
  await sql`select 1`.execute(db)
}

/** The build that new episodes freeze. Throws `unavailable` before there is one. */
export async function activeBuild(db: Database): Promise<string> {
  const id = await newestActiveBuild(db)
  if (id === null) throw refusal('unavailable', 'no build is active yet')
  return id
}

/** The same, or null before there is one. */
export async function newestActiveBuild(db: Database): Promise<string | null> {
  const row = await db
    .selectFrom('build')
    .select('id')
    .where('activated_at', 'is not', null)
    .orderBy('activated_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}

export interface Count {
  readonly label: string
  readonly count: number
}

export const incidentsByStatus = (db: Database): Promise<readonly Count[]> =>
  counts(db, sql`select status as label, count(*)::int as count from incident group by 1`)

export const plansByStatus = (db: Database): Promise<readonly Count[]> =>
  counts(db, sql`select status as label, count(*)::int as count from plan group by 1`)

export const findingsByOutcome = (db: Database): Promise<readonly Count[]> =>
  counts(
    db,
    sql`select 'accepted' as label, count(*)::int as count from finding_version union all select 'quarantined', count(*)::int from quarantine`,
  )

/** Refusals of the gate by their code, as the log tells them. */
export const gateRefusals = (db: Database): Promise<readonly Count[]> =>
  counts(
    db,
    sql`select coalesce(told #>> '{body,code}', told #>> '{refs,code}', 'unknown') as label, count(*)::int as count
          from (select convert_from(body, 'UTF8')::jsonb as told from audit_entry where type = 'permit.refused') as refused group by 1`,
  )

async function counts(db: Database, query: ReturnType<typeof sql>): Promise<readonly Count[]> {
  const { rows } = await (query as ReturnType<typeof sql<Count>>).execute(db)
  return rows
}

/** Pages to people, and their deliveries beside the console, by status. */
export const pagesByStatus = (db: Database): Promise<readonly Count[]> =>
  counts(db, sql`select status as label, count(*)::int as count from page group by 1`)

export const deliveriesByStatus = (db: Database): Promise<readonly Count[]> =>
  counts(db, sql`select status as label, count(*)::int as count from delivery group by 1`)

export interface Standing {
  readonly openTasks: number
  readonly freezes: number
  /** Seconds since what waits longest began to wait; 0 when nothing does. */
  readonly votes: number
  readonly expiry: number
  readonly wake: number
}

/** What waits for somebody at this moment. */
export async function standing(db: Database): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select (select count(*)::int from task join incident on incident.id = task.incident
             where settled_at is null and incident.status <> 'closed' and task.episode = incident.episode) as "openTasks",
           (select count(*)::int from freeze_order where lifted_at is null and ends_at > clock_timestamp()) as freezes,
           ${age('min(proposed_at)')} as votes, ${age('min(decide_by)')} as expiry,
           (select ${age('min(requested_at)')} from wake where handled < requested) as wake
      from plan where status = 'proposed'`.execute(db)
  return rows[0] ?? { openTasks: 0, freezes: 0, votes: 0, expiry: 0, wake: 0 }
}

const age = (time: string) =>
  sql`coalesce(greatest(0, extract(epoch from clock_timestamp() - ${sql.raw(time)})), 0)::float8`

/** When the newest finding of each source came in, in seconds since 1970. */
export const lastFindings = (db: Database): Promise<readonly Count[]> =>
  counts(db, sql`select source as label, extract(epoch from max(received_at))::float8 as count from finding group by 1`)

/** Places that findings come from by whether they are heard, as `listSources` tells it. */
export const sourcesByState = (db: Database): Promise<readonly Count[]> =>
  counts(
    db,
    sql`select case when silent_since is not null then 'silent' when heard_at is null then 'unheard' else 'heard' end as label,
               count(*)::int as count from source where kind = 'push' or silent_after_ms is not null group by 1`,
  )

/** Leases of what is contained, by how near their end is. */
export const leasesByState = (db: Database): Promise<readonly Count[]> =>
  counts(db, sql`select ${stateNow} as label, count(*)::int as count from lease where ${isStanding} group by 1`)

/** Seconds since the last word of the source that was heard least lately, by kind. */
export const oldestWords = (db: Database): Promise<readonly Count[]> =>
  counts(
    db,
    sql`select kind as label, greatest(0, extract(epoch from clock_timestamp() - min(coalesce(heard_at, added_at))))::float8 as count
          from source where silent_after_ms is not null group by 1`,
  )

/** So many took longer than the bound before `bucket` and not longer than its own. */
export interface SpanCount {
  readonly span: string
  /** An index into the bounds; their number for what took longer than all of them. */
  readonly bucket: number
  readonly count: number
  /** Seconds, together. */
  readonly sum: number
}

/**
 * How long each thing took, of everything that is recorded, so that counts never fall: what reads them takes a fall for a restart.
 * The bounds are seconds, ascending.
 */
export async function spans(db: Database, bounds: readonly number[]): Promise<readonly SpanCount[]> {
  const { rows } = await sql<SpanCount>`
    select span, ${bounds.length}::int - width_bucket(-seconds, ${bounds.map((bound) => -bound).toReversed()}::float8[]) as bucket,
           count(*)::int as count, sum(seconds)::float8 as sum
      from (select span, greatest(0, seconds)::float8 as seconds from (${everySpan}) as taken where seconds is not null) as span
     group by 1, 2`.execute(db)
  return rows
}

const everySpan = sql`
    select 'finding_to_incident' as span, extract(epoch from i.opened_at - min(f.received_at)) as seconds
      from incident i join finding f on f.incident = i.id group by i.id
    union all
    select 'finding_to_page', extract(epoch from min(p.sent_at) - i.opened_at)
      from incident i join page p on p.incident = i.id group by i.id
    union all
    select 'proposal_to_decision', extract(epoch from coalesce(approved_at, closed_at) - proposed_at)
      from plan where approved_at is not null or status = 'denied'
    union all
    select 'decision_to_first_write', extract(epoch from min(s.intended_at) - p.approved_at)
      from plan p join plan_step s on s.plan = p.hash where p.approved_at is not null and s.intended_at is not null group by p.hash
    union all
    select 'decision_to_contained', extract(epoch from max(s.verified_at) - p.approved_at)
      from plan p join plan_step s on s.plan = p.hash join containment c on c.plan = p.hash and c.step = s.index
      where p.approved_at is not null and s.verified_at is not null group by p.hash`
