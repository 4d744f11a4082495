import { sql } from 'kysely'
import type { ClosureCode } from '#domain/incident'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'

const SHOWN = 200

const problems = (db: Database) =>
  db
    .selectFrom('problem')
    .selectAll()
    .select(
      sql<string[]>`array(select incident from problem_incident where problem = problem.id order by at, incident)`.as(
        'incidents',
      ),
    )

type ProblemRow = Awaited<ReturnType<ReturnType<typeof problems>['executeTakeFirstOrThrow']>>

const viewOf = ({ id, subject, opened_at, owner, cause, explained_by, explained_at, incidents }: ProblemRow) => ({
  id,
  subject,
  openedAt: opened_at.toISOString(),
  owner,
  cause,
  explainedBy: explained_by,
  explainedAt: explained_at?.toISOString() ?? null,
  incidents,
})

/** What comes again, those without an owner first, the newest first. */
export async function listProblems(db: Database) {
  const rows = await problems(db)
    .orderBy(sql`explained_at is not null`)
    .orderBy('opened_at', 'desc')
    .orderBy('id')
    .limit(SHOWN)
    .execute()
  return rows.map(viewOf)
}

/** What comes again with the incident. */
export const problemsOf = (db: Database, incident: string) =>
  db
    .selectFrom('problem_incident')
    .innerJoin('problem', 'problem.id', 'problem_incident.problem')
    .select(['problem.id', 'subject', 'owner'])
    .where('incident', '=', incident)
    .orderBy('subject')
    .execute()

export interface Explanation {
  readonly problem: string
  readonly person: Person
  /** Who puts the cause right: a person or a team. */
  readonly owner: string
  readonly cause: string
}

/** Says what the cause is and whose; again says it anew. Throws `not_found`. */
export async function explainProblem(db: Database, { problem, person, owner, cause }: Explanation) {
  await db.transaction().execute(async (tx) => {
    const known = await tx
      .updateTable('problem')
      .set({ owner, cause, explained_by: person.id, explained_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', problem)
      .returning('subject')
      .executeTakeFirst()
    if (known === undefined) throw refusal('not_found', `There is no problem ${problem}`)
    for (const incident of await incidentsOf(tx, problem))
      await record(tx, {
        stream: incident,
        type: 'problem.explained',
        actor: { kind: 'person', id: person.id },
        text: `${person.name} says why it comes again (${known.subject}): ${cause}; ${owner} puts it right`,
        refs: { problem },
      })
  })
  return viewOf(await problems(db).where('id', '=', problem).executeTakeFirstOrThrow())
}

async function incidentsOf(tx: Tx, problem: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('problem_incident')
    .innerJoin('incident', 'incident.id', 'problem_incident.incident')
    .select('incident')
    .where('problem', '=', problem)
    .where('incident.status', '<>', 'closed')
    .orderBy('incident')
    .execute()
  return rows.map(({ incident }) => incident)
}

/** What was not real, or is looked at elsewhere, has no cause to own. */
const withoutCause: readonly ClosureCode[] = ['false-positive', 'benign', 'duplicate']

/** Throws `conflict` while the incident comes again and nobody owns the cause. */
export async function requireCauses(tx: Tx, incident: string, code: ClosureCode): Promise<void> {
  if (withoutCause.includes(code)) return
  const open = await tx
    .selectFrom('problem_incident')
    .innerJoin('problem', 'problem.id', 'problem_incident.problem')
    .select(['problem.id', 'subject'])
    .where('incident', '=', incident)
    .where('explained_at', 'is', null)
    .orderBy('subject')
    .limit(1)
    .executeTakeFirst()
  if (open !== undefined)
    throw refusal(
      'conflict',
      `It comes again (${open.subject}): say what the cause is and who owns it first, with cordon problems explain ${open.id}`,
    )
}
