import { type SelectQueryBuilder, sql } from 'kysely'
import type { EventType } from '#domain/events'
import type { IncidentStatus } from '#domain/incident'
import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'
import type { DB } from '#store/database/schema.generated'
import { record } from '#store/log/events'
import { closeIncident, type Woken } from './incident-verbs.ts'

export interface NewDrill {
  readonly name: string
  /** In the order in which they were reported; at least one. */
  readonly findingIds: readonly string[]
  readonly person: Person
}

/** Keeps that a person started a drill, and which finding it raises. */
export const startDrill = (db: Database, { name, findingIds, person }: NewDrill) =>
  db.transaction().execute(async (tx) => {
    const drill = await tx
      .insertInto('drill')
      .values({ name, finding_id: findingIds[0] ?? '', finding_ids: [...findingIds], person: person.id })
      .returning(['id', 'at'])
      .executeTakeFirstOrThrow()
    await record(tx, {
      stream: 'system',
      type: 'drill.started',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} started the drill ${name}`,
      refs: { drill: drill.id, finding: findingIds[0] ?? '' },
    })
    return drill
  })

/**
 * Closes what earlier runs of the drill left open, since the next one makes its victim anew. Incidents with any finding that no drill
 * raised stay. Throws `conflict` while a plan of one is being carried out.
 */
export async function endEarlierDrills(
  db: Database,
  { name, account, person }: { readonly name: string; readonly account: string | undefined; readonly person: Person },
): Promise<readonly Woken[]> {
  const left = await db
    .selectFrom('incident')
    .select('id')
    .where('status', '<>', 'closed')
    .where('id', 'in', (query) => findingsOf(query.selectFrom('finding')).where('drill.name', '=', name))
    .where('id', 'not in', (query) => findingsOf(query.selectFrom('finding')).where('drill.id', 'is', null))
    .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
    .execute()
  const lessons = `The drill ${name} was started again`
  const woken: Woken[] = []
  for (const { id } of left) woken.push(await closeIncident(db, { incident: id, person, code: 'resolved', lessons }))
  return woken
}

const findingsOf = (findings: SelectQueryBuilder<DB, 'finding', object>) =>
  findings
    .leftJoin('drill', (join) => join.on(sql<boolean>`finding.finding_id = any (drill.finding_ids)`))
    .select('finding.incident')

const SHOWN = 50

/** The latest drills, each with the incident that its finding opened, if it came. */
export async function drillRuns(db: Database, id?: string) {
  const rows = await db
    .selectFrom('drill')
    .leftJoin('finding', 'finding.finding_id', 'drill.finding_id')
    .leftJoin('incident', 'incident.id', 'finding.incident')
    .select([
      'drill.id',
      'drill.name',
      'drill.finding_id',
      'drill.finding_ids',
      'drill.person',
      'drill.at',
      'finding.incident',
      'incident.status',
      reachedAfter('incident.contained').as('contained'),
      reachedAfter('incident.recovered').as('recovered'),
    ])
    .$if(id !== undefined, (query) => query.where('drill.id', '=', id ?? ''))
    .orderBy('drill.at', 'desc')
    .limit(SHOWN)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    findingId: row.finding_id,
    findingIds: row.finding_ids,
    incident: row.incident,
    person: row.person,
    at: row.at.toISOString(),
    status: row.status as IncidentStatus | null,
    containedAfter: row.contained,
    recoveredAfter: row.recovered,
  }))
}

/** Seconds from the drill’s start to the first such entry of its incident after it. */
const reachedAfter = (type: EventType) => sql<number | null>`(
  select extract(epoch from min(entry.at) - drill.at)::float8 from audit_entry entry
   where entry.stream = finding.incident and entry.type = ${type} and entry.at >= drill.at)`
