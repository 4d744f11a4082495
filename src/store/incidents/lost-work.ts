import { sql } from 'kysely'
import { type Urgency, urgencyOf } from '#domain/urgency'
import type { Database } from '#store/database/database'

/** Something that a workflow should be at work on. */
export type Work =
  | { readonly kind: 'incident'; readonly incident: string; readonly build: string; readonly urgency: Urgency }
  | { readonly kind: 'plan'; readonly plan: string; readonly build: string }

/** Open incidents, the gravest first, and plans that are decided, being carried out or watched, that did not change in the last `ms` milliseconds. */
export async function openWork(db: Database, ms: number): Promise<readonly Work[]> {
  const before = sql<Date>`clock_timestamp() - make_interval(secs => ${ms / 1000})`
  const incidents = await db
    .selectFrom('incident')
    .select(['id', 'build', 'severity_milli'])
    .where('status', '<>', 'closed')
    .where('updated_at', '<', before)
    .orderBy('severity_milli', 'desc')
    .execute()
  const plans = await db
    .selectFrom('plan')
    .innerJoin('incident', 'incident.id', 'plan.incident')
    .select(['plan.hash', 'incident.build'])
    .where('plan.approved_at', '<', before)
    .where(sql<boolean>`(plan.status in ('approved', 'executing') or (${isWatched} and plan.closed_at < ${before}))`)
    .execute()
  return [
    ...incidents.map(
      ({ id, build, severity_milli }): Work => ({
        kind: 'incident',
        incident: id,
        build,
        urgency: urgencyOf(severity_milli),
      }),
    ),
    ...plans.map(({ hash, build }): Work => ({ kind: 'plan', plan: hash, build })),
  ]
}

/** A containment that is done is watched until the read-back after its last verification; a lost watch is worth starting for a day. */
const isWatched = sql<boolean>`(
  plan.status = 'done' and plan.closed_at > clock_timestamp() - interval '1 day'
  and convert_from(plan.bytes, 'UTF8')::jsonb ->> 'purpose' = 'contain'
  and not exists (select from verification where verification.plan = plan.hash
    and verification.round >= jsonb_array_length(convert_from(plan.bytes, 'UTF8')::jsonb -> 'verifyAfterMs')))`

/** Incidents whose wake has been unhandled for at least `ms` milliseconds, the gravest first, with the build to wake them on. */
export async function wakesUnhandledFor(
  db: Database,
  ms: number,
): Promise<readonly { readonly incident: string; readonly build: string; readonly urgency: Urgency }[]> {
  const rows = await db
    .selectFrom('wake')
    .innerJoin('incident', 'incident.id', 'wake.incident')
    .select(['wake.incident', 'incident.build', 'incident.severity_milli'])
    .whereRef('wake.handled', '<', 'wake.requested')
    .where('wake.requested_at', '<=', sql<Date>`clock_timestamp() - make_interval(secs => ${ms / 1000})`)
    .orderBy('incident.severity_milli', 'desc')
    .execute()
  return rows.map(({ incident, build, severity_milli }) => ({ incident, build, urgency: urgencyOf(severity_milli) }))
}
