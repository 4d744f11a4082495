import { type Selectable, sql } from 'kysely'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { Delegation } from '#store/database/schema.generated'
import { record } from '#store/log/events'
import { personNamed } from './people.ts'
import { endOfDelegation } from './standing-in.ts'

export type StoredDelegation = Selectable<Delegation>

export interface DelegationWish {
  readonly from: Person
  /** The id of an approver. */
  readonly to: string
  readonly ms: number
  /** The hash of the sign-in’s token: the gate checks that it belongs to one. */
  readonly session: string
}

/**
 * Lets an approver stand for the person from now on, for `ms` milliseconds. Throws `unprocessable` when the other one is no approver, and `conflict` when
 * either of them stands for somebody, or lets somebody stand for them, already: a delegation is not passed on.
 */
export const delegate = (db: Database, { from, to, ms, session }: DelegationWish): Promise<StoredDelegation> =>
  db.transaction().execute(async (tx) => {
    // Two at once could be passed on.
    await sql`select pg_advisory_xact_lock(hashtextextended('delegations', 0))`.execute(tx)
    const delegated = await approverNamed(tx, from, to)
    await refuseChain(tx, from, delegated)
    const row = await tx
      .insertInto('delegation')
      .values({
        from_person: from.id,
        to_person: to,
        session,
        // Of one statement, so that it is as long as it says.
        starts_at: sql<Date>`statement_timestamp()`,
        ends_at: sql<Date>`statement_timestamp() + make_interval(secs => ${ms / MS_PER_SECOND})`,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await tell(tx, row, {
      type: 'delegation.begun',
      by: from.id,
      text: `${delegated.name} stands for ${from.name} until ${row.ends_at.toISOString()}: is paged in their place, and the two count once`,
    })
    return row
  })

const MS_PER_SECOND = 1000

async function approverNamed(tx: Tx, from: Person, to: string): Promise<Person> {
  if (from.id === to) throw refusal('unprocessable', 'Nobody stands for themselves: name another approver')
  const person = await personNamed(tx, to)
  if (person?.roles.includes('approver') !== true || person.roles.includes('machine'))
    throw refusal('unprocessable', `${to} is no approver: a delegation gives nobody the role`)
  return person
}

async function refuseChain(tx: Tx, from: Person, to: Person): Promise<void> {
  const open = await delegationsInForce(tx)
  const until = ({ ends_at }: StoredDelegation) => `until ${ends_at.toISOString()}`
  const own = open.find(({ from_person }) => from_person === from.id)
  if (own !== undefined)
    throw refusal('conflict', `${own.to_person} stands for you ${until(own)}: end that delegation first`)
  const received = open.find(({ to_person }) => to_person === from.id)
  if (received !== undefined)
    throw refusal('conflict', `You stand for ${received.from_person} ${until(received)}: a delegation is not passed on`)
  const given = open.find(({ from_person }) => from_person === to.id)
  if (given !== undefined)
    throw refusal(
      'conflict',
      `${given.to_person} stands for ${to.name} ${until(given)}: a delegation is not passed on, name somebody else`,
    )
}

/** Delegations in force, newest first. */
export const delegationsInForce = (db: Database | Tx): Promise<readonly StoredDelegation[]> =>
  db
    .selectFrom('delegation')
    .selectAll()
    .where(sql<boolean>`${endOfDelegation} > clock_timestamp()`)
    .orderBy('starts_at', 'desc')
    .execute()

/** Ends a delegation, by either of its two people; again changes nothing. Throws `not_found` and `not_permitted`. */
export const endDelegation = (
  db: Database,
  { id, person }: { readonly id: string; readonly person: Person },
): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const row = await tx.selectFrom('delegation').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    if (row === undefined) throw refusal('not_found', `There is no delegation ${id}`)
    if (row.from_person !== person.id && row.to_person !== person.id)
      throw refusal('not_permitted', `Only ${row.from_person} and ${row.to_person} can end this delegation`)
    const ended = await tx
      .updateTable('delegation')
      .set({ revoked_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .where(sql<boolean>`${endOfDelegation} > clock_timestamp()`)
      .returning('id')
      .executeTakeFirst()
    if (ended === undefined) return
    const text = `${row.to_person} stands for ${row.from_person} no longer: ${person.name} ended it`
    await tell(tx, row, { type: 'delegation.ended', by: person.id, text })
  })

interface Told {
  readonly type: 'delegation.begun' | 'delegation.ended'
  readonly by: string
  readonly text: string
}

const tell = (tx: Tx, { id, from_person, to_person }: StoredDelegation, { type, by, text }: Told): Promise<unknown> =>
  record(tx, {
    stream: 'system',
    type,
    actor: { kind: 'person', id: by },
    text,
    refs: { delegation: id, from: from_person, to: to_person },
  })
