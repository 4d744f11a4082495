import type { Person } from '#domain/votes'
import type { Database } from './database.ts'
import { record } from './events.ts'

export interface NewDrill {
  readonly name: string
  readonly findingId: string
  readonly person: Person
}

/** Keeps that a person started a drill, and which finding it raises. */
export const startDrill = (db: Database, { name, findingId, person }: NewDrill) =>
  db.transaction().execute(async (tx) => {
    const drill = await tx
      .insertInto('drill')
      .values({ name, finding_id: findingId, person: person.id })
      .returning(['id', 'at'])
      .executeTakeFirstOrThrow()
    await record(tx, {
      stream: 'system',
      type: 'drill.started',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} started the drill ${name}`,
      refs: { drill: drill.id, finding: findingId },
    })
    return drill
  })

const SHOWN = 50

/** The latest drills, each with the incident that its finding opened, if it came. */
export async function drillRuns(db: Database, id?: string) {
  const rows = await db
    .selectFrom('drill')
    .leftJoin('finding', 'finding.finding_id', 'drill.finding_id')
    .select(['drill.id', 'drill.name', 'drill.finding_id', 'drill.person', 'drill.at', 'finding.incident'])
    .$if(id !== undefined, (query) => query.where('drill.id', '=', id ?? ''))
    .orderBy('drill.at', 'desc')
    .limit(SHOWN)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    findingId: row.finding_id,
    incident: row.incident,
    person: row.person,
    at: row.at.toISOString(),
  }))
}
