import { sql } from 'kysely'
import type { Actor } from '#domain/events'
import { shortHash } from '#domain/ids'
import type { ClosureCode } from '#domain/incident'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { retrying } from '#store/database/retrying'
import { endClaim } from '#store/investigations/claim-ends'
import { record } from '#store/log/events'
import { takeBackPages } from '#store/paging/deliveries'
import { requireReviews } from '#store/plans/glass-reviews'
import { underWay } from '#store/plans/plans-under-way'
import { requireCauses } from '#store/triage/problems'
import { answerAppeals, endAppeals } from './appeal-answers.ts'
import { episodeTerms } from './episode-terms.ts'
import { raiseWake } from './wake.ts'

export interface PersonsVerb {
  readonly incident: string
  readonly person: Person
}

/** Which incident to signal after the commit, and on which build. */
export interface Woken {
  readonly incident: string
  readonly build: string
  readonly wakeDue: boolean
}

const clock = sql<Date>`clock_timestamp()`

/** Says that the person looks after the incident, and answers whoever asked them to. The first one stays, unless the incident is handed over; again changes nothing. Throws `conflict` when it is closed. */
export const acknowledge = (db: Database, { incident, person }: PersonsVerb): Promise<Woken> =>
  db.transaction().execute(async (tx) => {
    const row = await lockIncident(tx, incident)
    if (row.status === 'closed') throw refusal('conflict', closedText(row))
    const { isAnswered, isTaken } = await answerAppeals(tx, row, person)
    if (row.acknowledged_by === null || isTaken) return acknowledgeIn(tx, row, person)
    return { incident, build: row.build, wakeDue: isAnswered && (await raiseWake(tx, incident)) }
  })

/** The same, of an open incident whose row is locked and which nobody looks after, or is handed over to the person. */
export async function acknowledgeIn(tx: Tx, { id, build }: IncidentRow, person: Person): Promise<Woken> {
  await tx
    .updateTable('incident')
    .set({ acknowledged_by: person.id, acknowledged_at: clock, updated_at: clock })
    .where('id', '=', id)
    .execute()
  await record(tx, {
    stream: id,
    type: 'incident.acknowledged',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} looks after the incident`,
    refs: {},
  })
  return { incident: id, build, wakeDue: await raiseWake(tx, id) }
}

/**
 * Closes the incident: its proposed plans are superseded and its tasks settled.
 * Closed already with the same code changes nothing. Throws `conflict` when closed otherwise, while a plan is being carried out, before a plan that somebody
 * carried out alone is reviewed, or while it comes again and nobody owns the cause.
 */
export const closeIncident = (db: Database, closing: Closing): Promise<Woken> =>
  retrying(() => db.transaction().execute((tx) => closeIn(tx, closing)))

export interface Closing extends PersonsVerb {
  readonly code: ClosureCode
  readonly lessons: string | null
}

async function closeIn(tx: Tx, { incident, person, code, lessons }: Closing): Promise<Woken> {
  const row = await lockIncident(tx, incident)
  if (row.status === 'closed' && row.closure_code === code) return { incident, build: row.build, wakeDue: false }
  if (row.status === 'closed') throw refusal('conflict', closedText(row))
  await requireReviews(tx, incident)
  await requireCauses(tx, incident, code)
  await settlePlans(tx, incident, person)
  await endClaim(tx, incident, { how: 'answered' })
  return endIncident(tx, row, {
    actor: { kind: 'person', id: person.id },
    text: `${person.name} closed the incident as ${code}`,
    code,
    lessons,
  })
}

interface Ending {
  readonly actor: Actor
  readonly text: string
  readonly code: ClosureCode
  readonly lessons: string | null
}

/** Closes an incident whose row is locked and whose plans are at their end: its tasks are settled, and nobody is paged about it any more. */
export async function endIncident(tx: Tx, row: IncidentRow, { actor, text, code, lessons }: Ending): Promise<Woken> {
  const incident = row.id
  await tx
    .updateTable('task')
    .set({ settled_at: clock })
    .where('incident', '=', incident)
    .where('settled_at', 'is', null)
    .execute()
  const set = {
    status: 'closed',
    closure_code: code,
    lessons,
    closed_at: clock,
    updated_at: clock,
    answer_by: null,
  } as const
  await tx.updateTable('incident').set(set).where('id', '=', incident).execute()
  await endAppeals(tx, incident, actor)
  await takeBackPages(tx, incident, actor)
  const body = { code, lessons, episode: row.episode }
  await record(tx, {
    stream: incident,
    type: 'incident.closed',
    actor,
    text,
    refs: {},
    body,
  })
  return { incident, build: row.build, wakeDue: await raiseWake(tx, incident) }
}

/**
 * Begins the closed incident’s next episode, with the policy and build of now.
 * Throws `conflict` when it is not closed, or when another one is open about the same entity.
 */
export const reopenIncident = (db: Database, reopening: Reopening): Promise<Woken> =>
  retrying(() => db.transaction().execute((tx) => reopenIn(tx, reopening)))

export interface Reopening extends PersonsVerb {
  readonly reason: string | null
}

/** The same, inside the transaction of something that needs the incident to be open. */
export async function reopenIn(tx: Tx, { incident, person, reason }: Reopening): Promise<Woken> {
  const row = await lockIncident(tx, incident)
  if (row.status !== 'closed') throw refusal('conflict', `The incident is not closed: it is ${row.status}`)
  if (row.merged_into !== null)
    throw refusal(
      'conflict',
      `The incident was merged into ${row.merged_into}, and its findings are there: undo the merge`,
    )
  await refuseBesideAnother(tx, row.correlation_key)
  const actor = { kind: 'person', id: person.id } as const
  return beginEpisode(tx, row, { actor, text: `${person.name} reopened the incident`, reason })
}

interface Beginning {
  readonly actor: Actor
  readonly text: string
  readonly reason: string | null
}

export type IncidentRow = Awaited<ReturnType<typeof lockIncident>>

/** Begins the next episode of an incident whose row is locked, with the policy and build of now. */
export async function beginEpisode(tx: Tx, row: IncidentRow, { actor, text, reason }: Beginning): Promise<Woken> {
  const incident = row.id
  const { build, policy } = await episodeTerms(tx)
  const episode = row.episode + 1
  const fresh = {
    closed_at: null,
    closure_code: null,
    merged_into: null,
    verdict: null,
    acknowledged_by: null,
    acknowledged_at: null,
  }
  await tx
    .updateTable('incident')
    .set({
      ...fresh,
      status: 'open',
      phase: 'prepare',
      episode,
      build,
      policy_digest: policy,
      reasons: [],
      updated_at: clock,
    })
    .where('id', '=', incident)
    .execute()
  await record(tx, {
    stream: incident,
    type: 'incident.reopened',
    actor,
    text: `${text}: episode ${episode}${reason === null ? '' : `: ${reason}`}`,
    refs: { build, policy },
    body: { episode },
  })
  return { incident, build, wakeDue: await raiseWake(tx, incident) }
}

/** The incident’s row, locked until the commit. Throws `not_found`. */
export async function lockIncident(tx: Tx, incident: string) {
  const row = await tx.selectFrom('incident').selectAll().where('id', '=', incident).forNoKeyUpdate().executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no incident ${incident}`)
  return row
}

const closedText = (row: { readonly closure_code: string | null; readonly closed_at: Date | null }): string =>
  `The incident was closed as ${row.closure_code ?? 'resolved'} at ${row.closed_at?.toISOString() ?? 'an unknown time'}: reopen it first`

/** Throws `conflict` when an incident about the entity is open. */
export async function refuseBesideAnother(tx: Tx, correlationKey: string): Promise<void> {
  const other = await tx
    .selectFrom('incident')
    .select('id')
    .where('correlation_key', '=', correlationKey)
    .where('status', '<>', 'closed')
    .executeTakeFirst()
  if (other !== undefined)
    throw refusal('conflict', `Incident ${other.id} is open about the same entity: work on that one`)
}

/** Nothing is left to decide in a closed incident, and nothing is cut off halfway. */
async function settlePlans(tx: Tx, incident: string, person: Person): Promise<void> {
  const running = await underWay(tx, incident)
  if (running !== null) throw refusal('conflict', running)
  await supersedeProposed(tx, incident, {
    actor: { kind: 'person', id: person.id },
    why: `${person.name} closed the incident`,
  })
}

interface Superseding {
  readonly actor: Actor
  readonly why: string
}

/** Ends what is proposed in the incident and not decided. */
export async function supersedeProposed(tx: Tx, incident: string, { actor, why }: Superseding): Promise<void> {
  const superseded = await tx
    .updateTable('plan')
    .set({ status: 'superseded', status_reason: why, closed_at: clock })
    .where('incident', '=', incident)
    .where('status', '=', 'proposed')
    .returning('hash')
    .execute()
  for (const { hash } of superseded)
    await record(tx, {
      stream: incident,
      type: 'plan.superseded',
      actor,
      text: `Plan ${shortHash(hash)} is superseded: ${why}`,
      refs: { plan: hash },
    })
}
