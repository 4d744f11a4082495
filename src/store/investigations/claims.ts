import { sql } from 'kysely'
import { CLAIM_MS } from '#domain/investigation'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { acknowledgeIn, lockIncident, type PersonsVerb, type Woken } from '#store/incidents/incident-verbs'
import { record } from '#store/log/events'
import { endClaim } from './claim-ends.ts'

const clock = sql<Date>`clock_timestamp()`
const later = sql<Date>`clock_timestamp() + make_interval(secs => ${CLAIM_MS / 1000})`
const unmoved = (incident: string, build: string): Woken => ({ incident, build, wakeDue: false })

export interface Claiming extends PersonsVerb {
  /** Whom it is taken over from; null when nobody is expected to have it. */
  readonly from: string | null
  readonly reason: string | null
}

/**
 * Says that the person looks into what rules could not judge, for an hour; again begins the hour anew. The first claim also acknowledges the incident.
 * Throws `not_found`, `conflict` when it has a verdict, or when somebody else has it who is not named.
 */
export const claimIncident = (db: Database, claiming: Claiming): Promise<Woken> =>
  db.transaction().execute(async (tx) => {
    const { incident, person } = claiming
    const row = await lockIncident(tx, incident)
    if (row.status === 'closed' || row.verdict !== 'inconclusive')
      throw refusal('conflict', `Nobody has to look into it: it is ${row.status}, verdict ${row.verdict ?? 'none yet'}`)
    await makeWay(tx, claiming)
    const { until } = await tx
      .insertInto('claim')
      .values({ incident, person: person.id, until: later })
      .onConflict((conflict) => conflict.column('incident').where('ended_at', 'is', null).doUpdateSet({ until: later }))
      .returning('until')
      .executeTakeFirstOrThrow()
    await record(tx, {
      stream: incident,
      type: 'incident.claimed',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} looks into it until ${until.toISOString()}${fromText(claiming)}`,
      refs: {},
    })
    return row.acknowledged_by === null ? acknowledgeIn(tx, row, person) : unmoved(incident, row.build)
  })

const fromText = ({ from, reason }: Claiming): string =>
  from === null ? '' : `, taken over from ${from}${reason === null ? '' : `: ${reason}`}`

/** Ends what is over by its clock, and what is taken over; whoever is not named keeps it. */
async function makeWay(tx: Tx, { incident, person, from }: Claiming): Promise<void> {
  const current = await tx
    .selectFrom('claim')
    .select(['id', 'person', 'until'])
    .select(sql<boolean>`until <= clock_timestamp()`.as('is_over'))
    .where('incident', '=', incident)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  if (current === undefined || (current.person === person.id && !current.is_over)) return
  if (!current.is_over && current.person !== from)
    throw refusal(
      'conflict',
      `${current.person} looks into it until ${current.until.toISOString()}: name them in “from” to take it over`,
    )
  const end = current.is_over ? { ended_at: current.until } : { ended_at: clock, ended_how: 'taken-over' }
  await tx.updateTable('claim').set(end).where('id', '=', current.id).execute()
}

/** Gives the claim back; with none of one’s own nothing changes. Throws `not_found`. */
export const releaseClaim = (db: Database, { incident, person }: PersonsVerb): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await lockIncident(tx, incident)
    if (!(await endClaim(tx, incident, { how: 'released', of: person }))) return
    await record(tx, {
      stream: incident,
      type: 'incident.released',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} does not look into it any more`,
      refs: {},
    })
  })

/** Every claim on the incident, oldest first; `end` is null for the one that holds. */
export async function claimsOn(db: Database, incident: string) {
  const rows = await db
    .selectFrom('claim')
    .select(['person', 'at', 'until', 'ended_at', 'ended_how'])
    .select(sql<boolean>`ended_at is null and until > clock_timestamp()`.as('holds'))
    .where('incident', '=', incident)
    .orderBy('at')
    .execute()
  return rows.map(({ person, at, until, ended_at, ended_how, holds }) => ({
    person,
    at: at.toISOString(),
    until: until.toISOString(),
    endedAt: holds ? null : (ended_at ?? until).toISOString(),
    end: holds ? null : (ended_how ?? 'over'),
  }))
}
