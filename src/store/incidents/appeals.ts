import { sql } from 'kysely'
import { type AppealKind, callingStatuses, peopleAsked } from '#domain/appeal'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'
import { ladderOfIncident } from '#store/paging/called-ladder'
import { insertPage, lockPagesOf } from '#store/paging/pages'
import { everyone } from '#store/people/people'
import { delegatesNow } from '#store/people/standing-in'
import { appealKey, askText } from './appeal-answers.ts'
import { type IncidentRow, lockIncident, type PersonsVerb, type Woken } from './incident-verbs.ts'
import { raiseWake } from './wake.ts'

export interface NewAppeal extends PersonsVerb {
  readonly kind: AppealKind
  /** A person’s id or, for help, a group. */
  readonly of: string
  readonly reason: string
  readonly idempotencyKey: string | null
}

/**
 * Pages whoever is asked, at once, and wakes the incident, which repeats it. The incident stays whose it is. With the idempotency key of an earlier appeal
 * of the person: nothing more. Throws `not_found`, `conflict`, `person_unknown`, `person_inactive`, `group_empty` and `unprocessable`.
 */
export const appeal = (db: Database, wish: NewAppeal): Promise<Woken> =>
  db.transaction().execute((tx) => appealIn(tx, wish))

async function appealIn(tx: Tx, wish: NewAppeal): Promise<Woken> {
  const row = await lockIncident(tx, wish.incident)
  const unmoved = { incident: row.id, build: row.build, wakeDue: false }
  if (await isRepeated(tx, wish)) return unmoved
  await refuseUnfit(tx, row, wish)
  const people = await whomToAsk(tx, wish)
  const { id } = await tx
    .insertInto('appeal')
    .values({
      incident: row.id,
      episode: row.episode,
      kind: wish.kind,
      of_whom: wish.of,
      people: [...people],
      reason: wish.reason,
      asked_by: wish.person.id,
      idempotency_key: wish.idempotencyKey,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const text = askText({ ...wish, asker: wish.person.name })
  await record(tx, {
    stream: row.id,
    type: 'appeal.opened',
    actor: { kind: 'person', id: wish.person.id },
    text,
    refs: { appeal: id },
    body: { kind: wish.kind, of: wish.of, people: [...people] },
  })
  await pageAsked(tx, row, { key: appealKey(id, 0), people, text, by: 'api' })
  return { ...unmoved, wakeDue: await raiseWake(tx, row.id) }
}

async function isRepeated(tx: Tx, { incident, person, idempotencyKey, kind, of, reason }: NewAppeal): Promise<boolean> {
  if (idempotencyKey === null) return false
  const earlier = await tx
    .selectFrom('appeal')
    .select(['kind', 'of_whom', 'reason'])
    .where('incident', '=', incident)
    .where('asked_by', '=', person.id)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst()
  if (earlier !== undefined && (earlier.kind !== kind || earlier.of_whom !== of || earlier.reason !== reason))
    throw refusal('conflict', 'This Idempotency-Key was used for another request: use a new one')
  return earlier !== undefined
}

async function refuseUnfit(tx: Tx, row: IncidentRow, { kind, person }: NewAppeal): Promise<void> {
  if (row.status === 'closed') throw refusal('conflict', 'The incident is closed: reopen it first')
  if (kind === 'help') return
  if (row.acknowledged_by !== person.id)
    throw refusal(
      'conflict',
      `Only who looks after the incident hands it over: ${row.acknowledged_by ?? 'nobody'} does`,
    )
  const waiting = await tx
    .selectFrom('appeal')
    .select('of_whom')
    .where('incident', '=', row.id)
    .where('kind', '=', 'hand-over')
    .where('status', 'in', callingStatuses)
    .executeTakeFirst()
  if (waiting !== undefined)
    throw refusal(
      'conflict',
      `${waiting.of_whom} is asked already: acknowledge the incident to keep it, then ask again`,
    )
}

async function whomToAsk(tx: Tx, { kind, of, person }: NewAppeal): Promise<readonly string[]> {
  const gone = await tx.selectFrom('person').select('id').where('disabled_at', 'is not', null).execute()
  const asked = peopleAsked(
    { kind, of, asker: person.id },
    { people: await everyone(tx), disabled: gone.map(({ id }) => id), delegates: await delegatesNow(tx) },
  )
  if (asked.kind === 'refused') throw refusal(asked.code, asked.reason)
  return asked.people
}

interface AskedPages {
  readonly key: string
  readonly people: readonly string[]
  readonly text: string
  readonly by: 'api' | 'worker'
}

/** Pages each of them once for the key, by the channels of the level of the ladder on which they are, or of its first. */
export async function pageAsked(tx: Tx, row: IncidentRow, { key, people, text, by }: AskedPages): Promise<void> {
  const ladder = await ladderOfIncident(tx, row)
  await lockPagesOf(tx, people)
  for (const person of people) {
    const level = (ladder.find((rung) => rung.people.includes(person)) ?? ladder[0])?.level ?? 1
    await insertPage(
      tx,
      { incident: row.id, key, person, level, text, plan: null, status: 'sending' },
      { by, text: `${person} is paged by name: ${text}` },
    )
  }
}

/** Asks for everything that the person looks after to be taken over, each incident by itself; what is on its way already stays so. */
export async function handOverAll(
  db: Database,
  { person, to, note }: { readonly person: Person; readonly to: string; readonly note: string },
): Promise<readonly Woken[]> {
  const held = await db
    .selectFrom('incident')
    .select('id')
    .where('acknowledged_by', '=', person.id)
    .where('status', '<>', 'closed')
    .where(
      sql<boolean>`not exists (select from appeal where appeal.incident = incident.id and appeal.kind = 'hand-over'
        and appeal.status = any(${[...callingStatuses]}))`,
    )
    .orderBy('id')
    .execute()
  return db.transaction().execute(async (tx) => {
    const woken: Woken[] = []
    for (const { id: incident } of held)
      woken.push(
        await appealIn(tx, { incident, person, kind: 'hand-over', of: to, reason: note, idempotencyKey: null }),
      )
    return woken
  })
}
