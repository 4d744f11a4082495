import { sql } from 'kysely'
import type { Actor } from '#domain/events'
import { shortHash } from '#domain/ids'
import type { Tx } from '#store/database/database'
import { type IncidentRow, supersedeProposed } from '#store/incidents/incident-verbs'
import { record } from '#store/log/events'
import { takeBackPages } from '#store/paging/deliveries'
import { underWay } from '#store/plans/plans-under-way'

const clock = sql<Date>`clock_timestamp()`

/** The incidents, in the order asked for, locked in the order in which findings lock them; undefined for one that there is not. */
export async function lockIncidents(tx: Tx, ids: readonly string[]): Promise<readonly (IncidentRow | undefined)[]> {
  const rows = await tx
    .selectFrom('incident')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy(sql`correlation_key collate "C"`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  return ids.map((id) => rows.find((row) => row.id === id))
}

/** What keeps the incident from ending in another one: it must not take along what is going on, or what it must release. Null when nothing does. */
export async function hindrance(tx: Tx, { id, status }: IncidentRow): Promise<string | null> {
  if (status === 'closed') return `Incident ${id} is closed`
  const running = await underWay(tx, id)
  if (running !== null) return running
  const held = await tx
    .selectFrom('containment')
    .select('target_key')
    .where('incident', '=', id)
    .where('released_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (held !== undefined)
    return `Incident ${id} contains ${held.target_key}, which its own record has to release: merge the other one into it`
  const alone = await tx
    .selectFrom('break_glass')
    .select('plan')
    .where('incident', '=', id)
    .where('reviewed_at', 'is', null)
    .executeTakeFirst()
  return alone === undefined
    ? null
    : `Plan ${shortHash(alone.plan)} was carried out by one person alone: review it first`
}

export const isMergeable = async (tx: Tx, row: IncidentRow): Promise<boolean> => (await hindrance(tx, row)) === null

export interface Merging {
  /** Both locked, both open, and nothing hinders the first. */
  readonly from: IncidentRow
  readonly into: IncidentRow
  readonly actor: Actor
  readonly reason: string | null
}

/** Moves the findings, supersedes what was proposed, closes the one as a duplicate with a link to the other, and keeps how it was. */
export async function mergeIn(tx: Tx, merging: Merging): Promise<void> {
  const { from, into, actor, reason } = merging
  const findings = await endInto(tx, merging)
  const kept = await tx
    .insertInto('regrouping')
    .values({ kind: 'merge', incident: from.id, into_incident: into.id, findings, actor: nameOf(actor), reason })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tellBoth(tx, merging, { type: 'incident.merged', regrouping: kept.id, findings: findings.length })
}

export const nameOf = ({ kind, id }: Actor): string => (kind === 'person' ? id : `${kind}/${id}`)

/** The same without keeping it as a merge; answers the keys of the findings that moved. */
export async function endInto(tx: Tx, { from, into, actor }: Merging): Promise<string[]> {
  const moved = await tx
    .updateTable('finding')
    .set({ incident: into.id })
    .where('incident', '=', from.id)
    .returning('key')
    .execute()
  const why = `incident ${from.id} was merged into ${into.id}`
  await supersedeProposed(tx, from.id, { actor, why })
  await tx
    .updateTable('task')
    .set({ settled_at: clock })
    .where('incident', '=', from.id)
    .where('settled_at', 'is', null)
    .execute()
  const end = { status: 'closed', closure_code: 'duplicate', merged_into: into.id, closed_at: clock, updated_at: clock }
  await tx.updateTable('incident').set(end).where('id', '=', from.id).execute()
  await takeBackPages(tx, from.id, actor)
  await becomeAsGrave(tx, into.id, from.severity_milli)
  return moved.map(({ key }) => key)
}

const becomeAsGrave = (tx: Tx, incident: string, milli: number) =>
  tx
    .updateTable('incident')
    .set({ severity_milli: sql<number>`greatest(severity_milli, ${milli}::int)`, updated_at: clock })
    .where('id', '=', incident)
    .execute()

export interface Regrouped {
  readonly type: 'incident.merged' | 'incident.split' | 'incident.regrouping-undone'
  readonly regrouping: string
  readonly findings: number
}

const phrases: Readonly<Record<Regrouped['type'], (from: string, into: string) => string>> = {
  'incident.merged': (from, into) => `Incident ${from} was merged into ${into}`,
  'incident.split': (from, into) => `Findings of incident ${from} were split off into ${into}`,
  'incident.regrouping-undone': (from, into) =>
    `Incidents ${from} and ${into} are as they were before they were merged or split`,
}

/** Tells it in the timelines of both. */
export async function tellBoth(
  tx: Tx,
  { from, into, actor, reason }: Merging,
  { type, ...told }: Regrouped,
): Promise<void> {
  const text = `${phrases[type](from.id, into.id)} (${told.findings} findings)${reason === null ? '' : `: ${reason}`}`
  // In one order, since each is a lock.
  for (const stream of [from.id, into.id].toSorted())
    await record(tx, {
      stream,
      type,
      actor,
      text,
      refs: { from: from.id, into: into.id, regrouping: told.regrouping },
      body: { findings: told.findings, reason },
    })
}
