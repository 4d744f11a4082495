import { sql } from 'kysely'
import { sha256Hex } from '#audit/digest'
import type { Verdict } from '#domain/incident'
import { suggested } from '#domain/investigation'
import {
  type AnsweredByRules,
  answeredByRules,
  isAnsweredByRules,
  isDrawn,
  precisionOf,
  REVIEW_DAYS,
} from '#domain/sampling'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'
import { everyone } from '#store/people/people'

const clock = sql<Date>`clock_timestamp()`
const SHOWN = 200

/** Draws one in twenty incidents that rules answer for somebody to look at; once it is something else, nobody has to. */
export async function drawForReview(
  tx: Tx,
  { incident, verdict }: { readonly incident: string; readonly verdict: Verdict },
): Promise<void> {
  if (!isAnsweredByRules(verdict)) return withdraw(tx, incident)
  if (!isDrawn(sha256Hex(Buffer.from(incident)))) return
  const owner = await leastBusy(tx)
  const drawn = await tx
    .insertInto('review')
    .values({ incident, verdict, owner, due_at: sql<Date>`clock_timestamp() + make_interval(days => ${REVIEW_DAYS})` })
    .onConflict((conflict) => conflict.column('incident').doNothing())
    .returning('due_at')
    .executeTakeFirst()
  if (drawn === undefined) return
  await record(tx, {
    stream: incident,
    type: 'review.drawn',
    actor: { kind: 'cordon', id: 'triage' },
    text: `Drawn for a review of the rules: ${owner ?? 'a responder'} says by ${drawn.due_at.toISOString()} whether ${verdict} is right`,
    refs: {},
  })
}

async function withdraw(tx: Tx, incident: string): Promise<void> {
  await tx
    .updateTable('review')
    .set({ withdrawn_at: clock })
    .where('incident', '=', incident)
    .where('reviewed_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .execute()
}

const open = sql<boolean>`reviewed_at is null and withdrawn_at is null`

async function leastBusy(tx: Tx): Promise<string | null> {
  const rows = await tx
    .selectFrom('review')
    .select((of) => ['owner', of.fn.countAll<number>().as('open')])
    .where(open)
    .groupBy('owner')
    .execute()
  const loads = new Map(rows.map((row) => [row.owner ?? '', Number(row.open)]))
  return suggested({ people: await everyone(tx), loads, skills: [] })
}

/** What was drawn and nobody has looked at, the nearest deadline first. */
export async function openReviews(db: Database) {
  const rows = await db
    .selectFrom('review')
    .innerJoin('incident', 'incident.id', 'review.incident')
    .select(['review.incident', 'title', 'review.verdict', 'owner', 'due_at', 'drawn_at', 'reasons'])
    .select(sql<boolean>`due_at < clock_timestamp()`.as('is_late'))
    .where(open)
    .orderBy('due_at')
    .orderBy('review.incident')
    .limit(SHOWN)
    .execute()
  return rows.map(({ due_at, drawn_at, is_late, ...row }) => ({
    ...row,
    dueAt: due_at.toISOString(),
    isLate: is_late,
    drawnAt: drawn_at.toISOString(),
  }))
}

export interface ReviewOutcome {
  readonly incident: string
  readonly person: Person
  readonly outcome: 'right' | 'wrong'
  readonly note: string | null
}

/** Says whether the rules were right; the same again changes nothing. Throws `not_found`, and `conflict` when somebody said otherwise or it is not asked any more. */
export const reviewIncident = (db: Database, { incident, person, outcome, note }: ReviewOutcome): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('review')
      .selectAll()
      .where('incident', '=', incident)
      .forUpdate()
      .executeTakeFirst()
    if (row === undefined) throw refusal('not_found', `Incident ${incident} was not drawn for a review`)
    if (row.outcome === outcome) return
    if (row.outcome !== null)
      throw refusal('conflict', `${row.reviewer ?? 'Somebody'} said already that the rules were ${row.outcome}`)
    if (row.withdrawn_at !== null) throw refusal('conflict', 'The incident got another verdict since: nobody is asked')
    await tx
      .updateTable('review')
      .set({ reviewer: person.id, outcome, note, reviewed_at: clock })
      .where('incident', '=', incident)
      .execute()
    const next = outcome === 'wrong' ? ': reopen it if it is closed, and say what it is' : ''
    await record(tx, {
      stream: incident,
      type: 'review.done',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} says that the rules were ${outcome} with ${row.verdict}${note === null ? '' : ` (${note})`}${next}`,
      refs: {},
      body: { outcome, verdict: row.verdict },
    })
  })

export interface Precision {
  readonly verdict: AnsweredByRules
  readonly right: number
  readonly wrong: number
  readonly open: number
  readonly late: number
  /** The share that was right of what was looked at; null before anything was. */
  readonly precision: number | null
}

/** How often the rules were right where nobody else looked, by verdict. */
export async function rulesPrecision(db: Database): Promise<readonly Precision[]> {
  const { rows } = await sql<Omit<Precision, 'precision'>>`
    select verdict, (count(*) filter (where outcome = 'right'))::int as right,
           (count(*) filter (where outcome = 'wrong'))::int as wrong,
           (count(*) filter (where ${open}))::int as open,
           (count(*) filter (where ${open} and due_at < clock_timestamp()))::int as late
      from review group by verdict`.execute(db)
  return answeredByRules.map((verdict) => {
    const found = rows.find((row) => row.verdict === verdict)
    const counted = found ?? { verdict, right: 0, wrong: 0, open: 0, late: 0 }
    return { ...counted, precision: precisionOf(counted) }
  })
}
