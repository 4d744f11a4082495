import { type RawBuilder, sql } from 'kysely'
import { type LeaseState, leaseOf } from '#domain/lease'
import { targetText } from '#domain/targets'
import type { Database, Tx } from '#store/database/database'
import { policyOf } from '#store/policy/policies'
import { planFromBytes } from './plan-bytes.ts'
import { isTryFrom } from './replaced-plans.ts'

export const MS_PER_SECOND = 1000

const isHolding = (plan: string): RawBuilder<boolean> => sql<boolean>`exists (
  select from containment where containment.plan = ${sql.ref(plan)} and containment.released_at is null)`

/** The later try that holds in the place of the plan and stands for it; by the name that the plan’s hash has in the statement. */
const standIn = (plan: string): RawBuilder<string | null> => sql<string | null>`(
  select later.hash from plan as own join plan as later on ${isTryFrom('later', 'own')} and later.hash <> own.hash
   where own.hash = ${sql.ref(plan)} and ${isHolding('later.hash')}
   order by later.revision desc limit 1)`

/** Whether the end of the lease concerns anybody: something is held by its plan, and no later try of that holds in its place. */
export const isStanding = sql<boolean>`(${isHolding('lease.plan')} and ${standIn('lease.plan')} is null)`

/** `leaseState` at the database’s clock. */
export const stateNow = sql<LeaseState>`case
  when lease.until <= clock_timestamp() then 'ended'
  when lease.until <= clock_timestamp() + make_interval(secs => lease.warn_ms / 1000.0) then 'ending'
  else 'standing' end`

/** The lease of the plan with how it stands at the database’s clock, or undefined where the plan never held anything. */
export const leaseRow = (db: Database | Tx, plan: string) =>
  db
    .selectFrom('lease')
    .selectAll()
    .select([
      isHolding('lease.plan').as('isHolding'),
      standIn('lease.plan').as('standIn'),
      stateNow.as('state'),
      sql<Date>`clock_timestamp()`.as('now'),
    ])
    .where('plan', '=', plan)
    .executeTakeFirst()

/** Begins the lease of what the plan begins to hold, as the policy of its incident says. A lease that is there stays. */
export async function beginLease(tx: Tx, { plan, incident }: Record<'plan' | 'incident', string>): Promise<void> {
  const { policy_digest } = await tx
    .selectFrom('incident')
    .select('policy_digest')
    .where('id', '=', incident)
    .executeTakeFirstOrThrow()
  const { forMs, warnMs } = leaseOf(await policyOf(tx, policy_digest))
  await tx
    .insertInto('lease')
    .values({
      plan,
      incident,
      // As exact as a time in a key is.
      until: sql<Date>`date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ${forMs / MS_PER_SECOND}))`,
      term_ms: forMs,
      warn_ms: warnMs,
    })
    .onConflict((conflict) => conflict.column('plan').doNothing())
    .execute()
}

const KEY = 'lease/'

/** Of the task and of the call about one end of one lease. */
export const leaseKey = (plan: string, until: Date): string => `${KEY}${plan}/${until.toISOString()}`

/** Whether the incident’s episode has no task yet about the end of the lease; both by their names in the statement. */
export const isUnasked = sql<boolean>`(incident.status <> 'closed' and not exists (
  select from task where task.incident = incident.id and task.episode = incident.episode
    and task.key = ${KEY} || lease.plan || '/' || to_char(lease.until at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`

/** Settles what people were asked to do about the ends of the leases of these plans; again changes nothing. */
export async function settleLeaseTasks(tx: Tx, plans: readonly string[]): Promise<void> {
  for (const plan of new Set(plans))
    await tx
      .updateTable('task')
      .set({ settled_at: sql<Date>`clock_timestamp()` })
      .where(sql<boolean>`starts_with(key, ${`${KEY}${plan}/`})`)
      .where('incident', '=', (of) => of.selectFrom('plan').select('incident').where('hash', '=', plan))
      .where('settled_at', 'is', null)
      .execute()
}

/** The lease as people see it on its plan; null where the plan never held anything. */
export async function leaseOn(db: Database, plan: string) {
  const row = await leaseRow(db, plan)
  if (row === undefined) return null
  return {
    until: row.until.toISOString(),
    renewedBy: row.renewed_by,
    renewedAt: row.renewed_at?.toISOString() ?? null,
    reason: row.reason,
    isStanding: row.isHolding && row.standIn === null,
    longestMs: row.term_ms,
    state: row.state,
  }
}

const MOST_LISTED = 200

/** Leases that stand, the nearest end first, and how many more there are. */
export async function standingLeases(db: Database) {
  const rows = await db
    .selectFrom('lease')
    .innerJoin('plan', 'plan.hash', 'lease.plan')
    .innerJoin('incident', 'incident.id', 'lease.incident')
    .select(['lease.plan', 'lease.incident', 'lease.until', 'lease.renewed_by', 'plan.bytes'])
    .select(['incident.title', 'incident.status'])
    .select([stateNow.as('state'), sql<number>`count(*) over ()`.as('all')])
    .where(isStanding)
    .orderBy('lease.until')
    .orderBy('lease.plan')
    .limit(MOST_LISTED)
    .execute()
  const leases = rows.map((row) => ({
    plan: row.plan,
    incident: row.incident,
    title: row.title,
    isClosed: row.status === 'closed',
    targets: targetsOf(row.bytes),
    until: row.until.toISOString(),
    state: row.state,
    renewedBy: row.renewed_by,
  }))
  return { leases, more: Number(rows[0]?.all ?? 0) - leases.length }
}

const targetsOf = (bytes: Buffer): readonly string[] => [
  ...new Set(planFromBytes(bytes).steps.map(({ target }) => targetText(target))),
]
