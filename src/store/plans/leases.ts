import { sql } from 'kysely'
import { shortHash } from '#domain/ids'
import { type LeaseNotice, noticeDue, renewalObjection } from '#domain/lease'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { retrying } from '#store/database/retrying'
import { type IncidentRow, lockIncident, type Woken } from '#store/incidents/incident-verbs'
import { openTaskIn } from '#store/incidents/tasks'
import { raiseWake } from '#store/incidents/wake'
import { record } from '#store/log/events'
import { callApprovers } from '#store/paging/calling'
import { isStanding, isUnasked, leaseKey, leaseRow, MS_PER_SECOND, settleLeaseTasks, stateNow } from './lease-record.ts'

export interface Renewal {
  readonly plan: string
  readonly person: Person
  readonly forMs: number
  readonly reason: string
}

/**
 * Has what the plan holds stand so long from now on, to the next full minute, and settles what people were asked about its end. Again with the same end changes
 * nothing. Throws `not_found`, `conflict` when the plan holds nothing, a later try holds in its place or its undo is being carried out, and `unprocessable` for
 * a time that policy does not give.
 */
export const renewLease = (db: Database, renewal: Renewal): Promise<Woken> =>
  retrying(() => db.transaction().execute((tx) => renewIn(tx, renewal)))

async function renewIn(tx: Tx, { plan, person, forMs, reason }: Renewal): Promise<Woken> {
  const known = await tx.selectFrom('plan').select('incident').where('hash', '=', plan).executeTakeFirst()
  if (known === undefined) throw refusal('not_found', `There is no plan ${plan}`)
  const { incident } = known
  const { build } = await lockIncident(tx, incident)
  const lease = await leaseRow(tx, plan)
  if (lease === undefined) throw refusal('conflict', `Plan ${shortHash(plan)} holds nothing`)
  await refuseUnheld(tx, lease)
  const objection = renewalObjection(forMs, { forMs: lease.term_ms })
  if (objection !== null) throw refusal('unprocessable', objection)
  const until = await endAfter(tx, forMs)
  if (until.getTime() === lease.until.getTime()) return { incident, build, wakeDue: false }
  await tx
    .updateTable('lease')
    .set({ until, renewed_by: person.id, renewed_at: sql<Date>`clock_timestamp()`, reason })
    .where('plan', '=', plan)
    .execute()
  await settleLeaseTasks(tx, [plan])
  await record(tx, {
    stream: incident,
    type: 'lease.renewed',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} renewed the lease of what plan ${shortHash(plan)} holds until ${until.toISOString()}: ${reason}`,
    refs: { plan },
    body: { until: until.toISOString(), before: lease.until.toISOString(), reason },
  })
  return { incident, build, wakeDue: await raiseWake(tx, incident) }
}

type LeaseRow = NonNullable<Awaited<ReturnType<typeof leaseRow>>>

async function refuseUnheld(tx: Tx, { plan, isHolding, standIn }: LeaseRow): Promise<void> {
  const name = `plan ${shortHash(plan)}`
  if (!isHolding) throw refusal('conflict', `What ${name} held is released`)
  if (standIn !== null)
    throw refusal('conflict', `Plan ${shortHash(standIn)} is a later try of ${name} and holds for both: renew that one`)
  const undo = await tx
    .selectFrom('plan')
    .select('hash')
    .where('undoes', '=', plan)
    .where('status', '=', 'executing')
    .executeTakeFirst()
  if (undo !== undefined)
    throw refusal(
      'conflict',
      `Plan ${shortHash(undo.hash)} is putting back what ${name} holds: nothing is left to renew`,
    )
}

/** A full minute, so that who asks twice asks for the same end. */
async function endAfter(tx: Tx, ms: number): Promise<Date> {
  const { rows } = await sql<{ until: Date }>`
    select date_trunc('minute', clock_timestamp() + make_interval(secs => ${ms / MS_PER_SECOND})) + interval '1 minute' as until`.execute(
    tx,
  )
  const [row] = rows
  if (row === undefined) throw new TypeError('A select without a table always gives a row')
  return row.until
}

/** What is left is for the next look. */
const MOST_AT_ONCE = 500

/** Tells people of leases that come to their end, and calls every approver about those that came to it, once for each end. Nothing is lifted. Which incidents to signal. */
export async function tendLeases(db: Database): Promise<readonly Woken[]> {
  const due = await db
    .selectFrom('lease')
    .innerJoin('incident', 'incident.id', 'lease.incident')
    .select('lease.plan')
    .where(isStanding)
    .where(sql<boolean>`${stateNow} <> 'standing'`)
    .where(
      sql<boolean>`(${isUnasked} or case ${stateNow} when 'ended' then ended_for is distinct from until
        else warned_for is distinct from until end)`,
    )
    .orderBy('until')
    .limit(MOST_AT_ONCE)
    .execute()
  const woken: Woken[] = []
  for (const { plan } of due)
    woken.push(...(await retrying(() => db.transaction().execute((tx) => tendLease(tx, plan)))))
  return woken
}

async function tendLease(tx: Tx, plan: string): Promise<readonly Woken[]> {
  const { incident } = await tx
    .selectFrom('lease')
    .select('incident')
    .where('plan', '=', plan)
    .executeTakeFirstOrThrow()
  const row = await lockIncident(tx, incident)
  const lease = await standingLease(tx, plan)
  if (lease === undefined) return []
  const notice = noticeOf(lease)
  if (notice !== null) await tellOnce(tx, lease, notice)
  const isAsked = await askIn(tx, lease, row)
  const called = notice === 'ended' ? await callAbout(tx, lease, row) : []
  const isNews = called.length === 0 && (isAsked || notice !== null)
  if (!isNews || row.status === 'closed') return called
  return [{ incident, build: row.build, wakeDue: await raiseWake(tx, incident) }]
}

/** Read again under the lock: another sweeper may have told it, and people renewed or released it. */
async function standingLease(tx: Tx, plan: string): Promise<LeaseRow | undefined> {
  const lease = await leaseRow(tx, plan)
  return lease?.isHolding === true && lease.standIn === null ? lease : undefined
}

/** Opens the task, once for each episode that is open while the end is near or over; an episode that begins later has its own. */
const askIn = async (tx: Tx, lease: LeaseRow, row: IncidentRow): Promise<boolean> =>
  row.status !== 'closed' && lease.state !== 'standing' && openTaskIn(tx, taskOf(lease, row))

const noticeOf = ({ until, warn_ms, warned_for, ended_for, now }: LeaseRow): LeaseNotice | null =>
  noticeDue(
    {
      until: until.getTime(),
      warnMs: warn_ms,
      warnedFor: warned_for?.getTime() ?? null,
      endedFor: ended_for?.getTime() ?? null,
    },
    now.getTime(),
  )

const taskOf = ({ plan, incident, until }: LeaseRow, { episode }: IncidentRow) => ({
  incident,
  episode,
  key: leaseKey(plan, until),
  text: `Renew or release what plan ${shortHash(plan)} holds by ${until.toISOString()}`,
})

async function tellOnce(tx: Tx, lease: LeaseRow, notice: LeaseNotice): Promise<void> {
  const { plan, incident, until } = lease
  await tx
    .updateTable('lease')
    .set(notice === 'ended' ? { ended_for: sql<Date>`until` } : { warned_for: sql<Date>`until` })
    .where('plan', '=', plan)
    .execute()
  await record(tx, {
    stream: incident,
    type: `lease.${notice}`,
    actor: { kind: 'cordon', id: 'api' },
    text: notice === 'ended' ? endedText(lease) : `${leaseText(lease)} ends at ${until.toISOString()}`,
    refs: { plan },
    body: { until: until.toISOString() },
  })
}

const leaseText = ({ plan }: LeaseRow): string => `The lease of what plan ${shortHash(plan)} holds`

const endedText = (lease: LeaseRow): string =>
  `${leaseText(lease)} ended at ${lease.until.toISOString()} and nobody renewed it. It still holds: renew it, or release it`

/**
 * Calls every approver by the workflow of the incident. That of a closed one has ended: the newest open incident brings the pages out then, and where there is
 * none they are in the console alone.
 */
async function callAbout(tx: Tx, lease: LeaseRow, row: IncidentRow): Promise<readonly Woken[]> {
  const { plan, incident, until } = lease
  const carrier = row.status === 'closed' ? await newestOpen(tx) : row
  const text =
    row.status === 'closed' ? `${endedText(lease)} (incident ${incident}, which is closed)` : endedText(lease)
  const call = { key: leaseKey(plan, until), text, plan, except: null }
  if (carrier === null) {
    await callApprovers(tx, { ...call, incident, status: 'recorded' })
    return []
  }
  await callApprovers(tx, { ...call, incident: carrier.id })
  return [{ incident: carrier.id, build: carrier.build, wakeDue: await raiseWake(tx, carrier.id) }]
}

async function newestOpen(tx: Tx): Promise<IncidentRow | null> {
  const found = await tx
    .selectFrom('incident')
    .select('id')
    .where('status', '<>', 'closed')
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (found === undefined) return null
  const row = await lockIncident(tx, found.id)
  // It may have been closed while its lock was waited for.
  return row.status === 'closed' ? null : row
}
