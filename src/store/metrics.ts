import { sql } from 'kysely'
import type { Database } from './database.ts'
import { refusal } from './refusal.ts'

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

export interface Span {
  readonly span: string
  readonly seconds: number
}

/** How long each thing took, of every incident and plan that is not older than `days`. */
export async function spans(db: Database, days: number): Promise<readonly Span[]> {
  const since = sql`clock_timestamp() - make_interval(days => ${days})`
  const { rows } = await sql<Span>`
    select 'finding_to_incident' as span, extract(epoch from i.opened_at - min(f.received_at))::float8 as seconds
      from incident i join finding f on f.incident = i.id where i.opened_at > ${since} group by i.id
    union all
    select 'finding_to_page', extract(epoch from min(p.sent_at) - i.opened_at)::float8
      from incident i join page p on p.incident = i.id where i.opened_at > ${since} group by i.id
    union all
    select 'proposal_to_decision', extract(epoch from coalesce(approved_at, closed_at) - proposed_at)::float8
      from plan where proposed_at > ${since} and (approved_at is not null or status = 'denied')
    union all
    select 'decision_to_first_write', extract(epoch from min(s.intended_at) - p.approved_at)::float8
      from plan p join plan_step s on s.plan = p.hash where p.approved_at > ${since} and s.intended_at is not null group by p.hash
    union all
    select 'decision_to_contained', extract(epoch from max(s.verified_at) - p.approved_at)::float8
      from plan p join plan_step s on s.plan = p.hash join containment c on c.plan = p.hash and c.step = s.index
      where p.approved_at > ${since} and s.verified_at is not null group by p.hash`.execute(db)
  return rows
    .filter(({ seconds }) => seconds !== null)
    .map(({ span, seconds }) => ({ span, seconds: Math.max(0, seconds) }))
}
