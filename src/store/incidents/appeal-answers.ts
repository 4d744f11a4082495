import { sql } from 'kysely'
import { type AppealKind, type AppealStatus, answerTo, callingStatuses } from '#domain/appeal'
import type { Actor } from '#domain/events'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'

/** Of the pages of one round; what the ladder calls about it has this in its keys too. */
export const appealKey = (appeal: string, round: number): string => `appeal/${appeal}/${round}`

interface AskWords {
  readonly kind: AppealKind
  readonly of: string
  readonly asker: string
  readonly reason: string
}

/** Who asks whom for what, and why. */
export const askText = ({ kind, of, asker, reason }: AskWords): string =>
  kind === 'help' ? `${asker} asks ${of} for help: ${reason}` : `${asker} hands the incident over to ${of}: ${reason}`

const calling = (tx: Tx, incident: string) =>
  tx
    .selectFrom('appeal')
    .selectAll()
    .where('incident', '=', incident)
    .where('status', 'in', callingStatuses)
    .orderBy('at')
    .orderBy('id')

interface Locked {
  readonly id: string
}

/** What the appeals of an incident whose row is locked come to when the person looks after it: whether any is answered, and whether the incident is theirs now. */
export async function answerAppeals(
  tx: Tx,
  { id: incident }: Locked,
  person: Person,
): Promise<{ readonly isAnswered: boolean; readonly isTaken: boolean }> {
  let isAnswered = false
  let isTaken = false
  for (const row of await calling(tx, incident).execute()) {
    const kind = row.kind as AppealKind
    const status = row.status as (typeof callingStatuses)[number]
    const isCalled = row.people.includes(person.id) || (await wasCalled(tx, row.id, person.id))
    const answer = answerTo({ kind, status, askedBy: row.asked_by, isCalled }, person.id)
    if (answer === null) continue
    isAnswered = true
    isTaken ||= kind === 'hand-over' && answer === 'accepted'
    await end(tx, { appeal: row.id, status: answer, answeredBy: person.id })
    await record(tx, {
      stream: incident,
      type: 'appeal.answered',
      actor: { kind: 'person', id: person.id },
      text: answerText({ kind, answer, asker: row.asked_by, name: person.name }),
      refs: { appeal: row.id },
      body: { kind, status: answer },
    })
  }
  return { isAnswered, isTaken }
}

interface AnswerWords {
  readonly kind: AppealKind
  readonly answer: 'accepted' | 'kept'
  readonly asker: string
  readonly name: string
}

function answerText({ kind, answer, asker, name }: AnswerWords): string {
  if (answer === 'kept') return `${name} keeps the incident: it is not handed over any more`
  return kind === 'help' ? `${name} comes to help ${asker}` : `${name} takes the incident over from ${asker}`
}

async function wasCalled(tx: Tx, appeal: string, person: string): Promise<boolean> {
  const page = await tx
    .selectFrom('page')
    .select('id')
    .where('person', '=', person)
    .where(sql<boolean>`position(${`appeal/${appeal}/`} in key) > 0`)
    .executeTakeFirst()
  return page !== undefined
}

/** Nobody is called about a closed incident any more. */
export async function endAppeals(tx: Tx, incident: string, actor: Actor): Promise<void> {
  for (const { id, kind, of_whom } of await calling(tx, incident).execute()) {
    await end(tx, { appeal: id, status: 'ended', answeredBy: null })
    await record(tx, {
      stream: incident,
      type: 'appeal.ended',
      actor,
      text: `${of_whom} is not asked any more (${kind}): the incident was closed`,
      refs: { appeal: id },
      body: { kind },
    })
  }
}

interface Ended {
  readonly appeal: string
  readonly status: AppealStatus
  readonly answeredBy: string | null
}

const end = (tx: Tx, { appeal, status, answeredBy }: Ended) =>
  tx
    .updateTable('appeal')
    .set({ status, answered_by: answeredBy, ended_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', appeal)
    .execute()

/** Every appeal of the incident, oldest first. */
export async function appealsOn(db: Database, incident: string) {
  const rows = await db.selectFrom('appeal').selectAll().where('incident', '=', incident).orderBy('at').execute()
  return rows.map(({ id, kind, of_whom, people, reason, asked_by, status, answered_by, at, ended_at }) => ({
    id,
    // The column’s check constraints have both lists.
    kind: kind as AppealKind,
    status: status as AppealStatus,
    of: of_whom,
    people,
    reason,
    by: asked_by,
    answeredBy: answered_by,
    at: at.toISOString(),
    endedAt: ended_at?.toISOString() ?? null,
  }))
}
