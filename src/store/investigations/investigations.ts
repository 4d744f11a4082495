import { sql } from 'kysely'
import { type Candidates, skillsFor, suggested } from '#domain/investigation'
import type { Database } from '#store/database/database'
import { materialOf } from '#store/incidents/material'
import { everyone } from '#store/people/people'

/** The most urgent ones; the rest is counted. */
const SHOWN = 50
/** What kind of thing it is, a few findings say. */
const FINDINGS_LOOKED_AT = 10

/** What rules could not judge and nobody has answered, the most urgent first, with whose it is and who could take it. */
export async function openInvestigations(db: Database) {
  const rows = await db
    .selectFrom('incident')
    .leftJoin('claim', (join) =>
      join
        .onRef('claim.incident', '=', 'incident.id')
        .on('claim.ended_at', 'is', null)
        .on(sql<boolean>`claim.until > clock_timestamp()`),
    )
    .select(['incident.id', 'title', 'priority', 'account', 'region', 'answer_by', 'opened_at'])
    .select(['claim.person', 'claim.at', 'claim.until'])
    .select(sql<boolean>`coalesce(answer_by < clock_timestamp(), false)`.as('is_late'))
    .select((of) => of.fn.countAll<number>().over().as('all'))
    .where('incident.status', '<>', 'closed')
    .where('verdict', '=', 'inconclusive')
    .orderBy('priority')
    .orderBy('answer_by')
    .orderBy('incident.id')
    .limit(SHOWN)
    .execute()
  const finds = await candidatesIn(db)
  return {
    investigations: await Promise.all(rows.map((row) => investigationOf(db, row, finds))),
    more: Number(rows[0]?.all ?? 0) - rows.length,
  }
}

interface Row {
  readonly id: string
  readonly title: string
  readonly priority: string | null
  readonly account: string
  readonly region: string
  readonly answer_by: Date | null
  readonly opened_at: Date
  readonly person: string | null
  readonly at: Date | null
  readonly until: Date | null
  readonly is_late: boolean
}

async function investigationOf(db: Database, row: Row, finds: Omit<Candidates, 'skills'>) {
  const { cases } = await materialOf(db, row.id, FINDINGS_LOOKED_AT)
  const skills = skillsFor(
    cases.map(({ finding }) => finding.type),
    cases.flatMap(({ context }) => context.owners),
  )
  return {
    incident: row.id,
    title: row.title,
    priority: row.priority,
    account: row.account,
    region: row.region,
    answerBy: row.answer_by?.toISOString() ?? null,
    isLate: row.is_late,
    openedAt: row.opened_at.toISOString(),
    skills,
    claim:
      row.person === null || row.at === null || row.until === null
        ? null
        : { person: row.person, at: row.at.toISOString(), until: row.until.toISOString() },
    suggested: row.person === null ? suggested({ ...finds, skills }) : null,
  }
}

async function candidatesIn(db: Database): Promise<Omit<Candidates, 'skills'>> {
  const [people, claims] = await Promise.all([
    everyone(db),
    db
      .selectFrom('claim')
      .select((of) => ['person', of.fn.countAll<number>().as('open')])
      .where('ended_at', 'is', null)
      .where(sql<boolean>`until > clock_timestamp()`)
      .groupBy('person')
      .execute(),
  ])
  return { people, loads: new Map(claims.map(({ person, open }) => [person, Number(open)])) }
}
