import { sql } from 'kysely'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { retrying } from '#store/database/retrying'
import { episodeTerms } from '#store/incidents/episode-terms'
import { newIncidentId } from '#store/incidents/incident-id'
import {
  beginEpisode,
  type IncidentRow,
  type PersonsVerb,
  refuseBesideAnother,
  type Woken,
} from '#store/incidents/incident-verbs'
import { raiseWake } from '#store/incidents/wake'
import { record } from '#store/log/events'
import { underWay } from '#store/plans/plans-under-way'
import { endInto, hindrance, lockIncidents, mergeIn, tellBoth } from './merging.ts'

export interface Merge extends PersonsVerb {
  readonly into: string
  readonly reason: string | null
}

/**
 * Merges the incident into another one: its findings move, what is proposed in it is superseded, and it closes as a duplicate with a link
 * that later findings about its entity follow. Merged there already changes nothing. Throws `not_found` for either, `conflict` when one is closed,
 * while a plan of the first is being carried out, or when it holds a containment, and `unprocessable` for an incident into itself.
 */
export const mergeIncident = (db: Database, merge: Merge): Promise<readonly Woken[]> =>
  retrying(() =>
    db.transaction().execute(async (tx) => {
      const { incident, into: other, person, reason } = merge
      if (incident === other) throw refusal('unprocessable', 'An incident cannot be merged into itself')
      const [from, into] = await lockBoth(tx, incident, other)
      if (from.merged_into === into.id) return []
      if (into.status === 'closed') throw refusal('conflict', `Incident ${into.id} is closed: reopen it first`)
      const hindered = await hindrance(tx, from)
      if (hindered !== null) throw refusal('conflict', hindered)
      await mergeIn(tx, { from, into, actor: actorOf(person), reason })
      return wakeBoth(tx, from, into)
    }),
  )

/** At most so many at once: each is locked by its name, and the database has room for some thousands of such locks. */
export const MOST_SPLIT = 500

export interface Split extends PersonsVerb {
  /** Ids or keys. */
  readonly findings: readonly string[]
  readonly reason: string | null
}

/**
 * Splits findings off into a new incident with the policy and build of now; later versions of them follow. Answers the new one’s id.
 * Throws `conflict` when the incident is closed or a plan of it is being carried out, and `unprocessable` when a finding is not in it or none would be left.
 */
export const splitIncident = (
  db: Database,
  split: Split,
): Promise<{ readonly id: string; readonly woken: readonly Woken[] }> =>
  retrying(() =>
    db.transaction().execute(async (tx) => {
      const { incident, person, reason } = split
      const wanted = await lockWanted(tx, split)
      const [from] = await lockIncidents(tx, [incident])
      if (from === undefined) throw refusal('not_found', `There is no incident ${incident}`)
      if (from.status === 'closed') throw refusal('conflict', `Incident ${incident} is closed: reopen it first`)
      const running = await underWay(tx, incident)
      if (running !== null) throw refusal('conflict', running)
      const into = await openBeside(tx, from, wanted)
      const actor = actorOf(person)
      const kept = await tx
        .insertInto('regrouping')
        .values({ kind: 'split', incident, into_incident: into.id, findings: wanted, actor: person.id, reason })
        .returning('id')
        .executeTakeFirstOrThrow()
      const told = { type: 'incident.split', regrouping: kept.id, findings: wanted.length } as const
      await tellBoth(tx, { from, into, actor, reason }, told)
      return { id: into.id, woken: await wakeBoth(tx, from, into) }
    }),
  )

/** The keys of the findings, which nobody takes in a version of until the commit: that version must find where they went. */
async function lockWanted(tx: Tx, { incident, findings }: Split): Promise<string[]> {
  const rows = await tx
    .selectFrom('finding')
    .select(['key', 'finding_id'])
    .where('incident', '=', incident)
    .where((where) => where.or([where('key', 'in', findings), where('finding_id', 'in', findings)]))
    .orderBy(sql`key collate "C"`)
    .execute()
  const missing = findings.find((one) => !rows.some(({ key, finding_id }) => key === one || finding_id === one))
  if (missing !== undefined) throw refusal('unprocessable', `Finding ${missing} is not in incident ${incident}`)
  const keys = rows.map(({ key }) => key)
  for (const key of keys) await sql`select pg_advisory_xact_lock(hashtextextended('finding/' || ${key}, 0))`.execute(tx)
  return keys
}

async function openBeside(tx: Tx, from: IncidentRow, keys: readonly string[]): Promise<IncidentRow> {
  const id = newIncidentId()
  const { build, policy } = await episodeTerms(tx)
  const first = await tx
    .selectFrom('finding')
    .select([sql<string>`body ->> 'title'`.as('title'), 'account', 'region'])
    .where('key', 'in', keys)
    .orderBy('severity_milli', 'desc')
    .orderBy('key')
    .limit(1)
    .executeTakeFirstOrThrow()
  const gravest = sql<number>`(select max(severity_milli) from finding where key = any(${keys}::text[]))`
  const opened = await tx
    .insertInto('incident')
    .values({
      ...first,
      id,
      // Findings about the entity go on to the incident that they were split from.
      correlation_key: `split/${id}`,
      severity_milli: gravest,
      build,
      policy_digest: policy,
      related_to: from.id,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx
    .updateTable('finding')
    .set({ incident: id })
    .where('key', 'in', keys)
    .where('incident', '=', from.id)
    .execute()
  const left = await tx.selectFrom('finding').select('key').where('incident', '=', from.id).limit(1).executeTakeFirst()
  if (left === undefined) throw refusal('unprocessable', `No finding would be left in incident ${from.id}`)
  await record(tx, {
    stream: id,
    type: 'incident.opened',
    actor: { kind: 'cordon', id: 'api' },
    text: `Incident opened for what was split off incident ${from.id}`,
    refs: { incident: id, build, policy, related: from.id },
    body: { episode: 1, correlationKey: opened.correlation_key },
  })
  return opened
}

export interface Undoing extends PersonsVerb {
  readonly regrouping: string
  readonly reason: string | null
}

type RegroupingRow = Awaited<ReturnType<typeof lockRegrouping>>

/**
 * Undoes a merge or a split: the findings go back, the merged incident begins its next episode, or the split one closes as a duplicate.
 * Undone already changes nothing. Throws `not_found`, and `conflict` while a plan is being carried out, when one of the two was closed or merged
 * since, or when another incident is open about the same entity.
 */
export const undoRegrouping = (db: Database, undoing: Undoing): Promise<readonly Woken[]> =>
  retrying(() =>
    db.transaction().execute(async (tx) => {
      const row = await lockRegrouping(tx, undoing)
      if (row.undone_at !== null) return []
      const [incident, into] = await lockBoth(tx, row.incident, row.into_incident)
      const woken = await undos[row.kind === 'merge' ? 'merge' : 'split'](tx, { row, incident, into, undoing })
      const set = { undone_at: sql<Date>`clock_timestamp()`, undone_by: undoing.person.id }
      await tx.updateTable('regrouping').set(set).where('id', '=', row.id).execute()
      const actor = actorOf(undoing.person)
      const told = { type: 'incident.regrouping-undone', regrouping: row.id, findings: row.findings.length } as const
      await tellBoth(tx, { from: incident, into, actor, reason: undoing.reason }, told)
      return woken
    }),
  )

interface Undone {
  readonly row: RegroupingRow
  readonly incident: IncidentRow
  readonly into: IncidentRow
  readonly undoing: Undoing
}

const undos: Readonly<Record<'merge' | 'split', (tx: Tx, undone: Undone) => Promise<readonly Woken[]>>> = {
  merge: async (tx, { row, incident, into, undoing: { person, reason } }) => {
    if (incident.merged_into !== into.id)
      throw refusal('conflict', `Incident ${incident.id} is not merged into ${into.id} any more`)
    await refuseWhileUnderWay(tx, into)
    await refuseBesideAnother(tx, incident.correlation_key)
    await moveBack(tx, row)
    const text = `${person.name} undid the merge into ${into.id}`
    const began = await beginEpisode(tx, incident, { actor: actorOf(person), text, reason })
    return [began, await wakeOne(tx, into)]
  },
  split: async (tx, { incident, into, undoing: { person, reason } }) => {
    if (incident.status === 'closed') throw refusal('conflict', `Incident ${incident.id} is closed: reopen it first`)
    const hindered = await hindrance(tx, into)
    if (hindered !== null) throw refusal('conflict', hindered)
    await endInto(tx, { from: into, into: incident, actor: actorOf(person), reason })
    return wakeBoth(tx, incident, into)
  },
}

async function refuseWhileUnderWay(tx: Tx, { id }: IncidentRow): Promise<void> {
  const running = await underWay(tx, id)
  if (running !== null) throw refusal('conflict', running)
}

/** Those that are still where the merge took them. */
async function moveBack(tx: Tx, { incident, into_incident, findings }: RegroupingRow): Promise<void> {
  const { rows } = await sql`
    update finding set incident = ${incident} where incident = ${into_incident} and key = any(${findings}::text[]) returning key`.execute(
    tx,
  )
  if (rows.length === 0) throw refusal('conflict', `None of the findings is in incident ${into_incident} any more`)
  const left = await tx
    .selectFrom('finding')
    .select('key')
    .where('incident', '=', into_incident)
    .limit(1)
    .executeTakeFirst()
  if (left === undefined) throw refusal('conflict', `No finding would be left in incident ${into_incident}`)
}

async function lockRegrouping(tx: Tx, { regrouping, incident }: Undoing) {
  const row = await tx
    .selectFrom('regrouping')
    .selectAll()
    .where('id', '=', regrouping)
    .where((where) => where.or([where('incident', '=', incident), where('into_incident', '=', incident)]))
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `Incident ${incident} has no merge or split ${regrouping}`)
  return row
}

async function lockBoth(tx: Tx, one: string, other: string): Promise<readonly [IncidentRow, IncidentRow]> {
  const [first, second] = await lockIncidents(tx, [one, other])
  if (first === undefined) throw refusal('not_found', `There is no incident ${one}`)
  if (second === undefined) throw refusal('unprocessable', `There is no incident ${other}`)
  return [first, second]
}

const actorOf = ({ id }: Person) => ({ kind: 'person', id }) as const

const wakeOne = async (tx: Tx, { id, build }: IncidentRow): Promise<Woken> => ({
  incident: id,
  build,
  wakeDue: await raiseWake(tx, id),
})

const wakeBoth = async (tx: Tx, one: IncidentRow, other: IncidentRow): Promise<readonly Woken[]> => [
  await wakeOne(tx, one),
  await wakeOne(tx, other),
]

/** Every merge and split that the incident had a part in, oldest first. */
export async function regroupingsOf(db: Database, incident: string) {
  const rows = await db
    .selectFrom('regrouping')
    .selectAll()
    .where((where) => where.or([where('incident', '=', incident), where('into_incident', '=', incident)]))
    .orderBy('at')
    .execute()
  return rows.map(({ id, kind, incident: from, into_incident, findings, actor, reason, at, undone_by, undone_at }) => ({
    id,
    kind,
    from,
    into: into_incident,
    findings: findings.length,
    by: actor,
    reason,
    at: at.toISOString(),
    undoneBy: undone_by,
    undoneAt: undone_at?.toISOString() ?? null,
  }))
}
