import { type Selectable, sql } from 'kysely'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { Passkey as PasskeyTable } from '#store/database/schema.generated'
import { record } from '#store/log/events'

export type Passkey = Selectable<PasskeyTable>

export interface NewPasskey {
  readonly id: string
  readonly name: string
  /** In COSE form. */
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly transports: readonly string[]
}

const now = sql<Date>`clock_timestamp()`

/** Keeps a passkey that counts once a second person has confirmed it. Throws `conflict` when it is known already. */
export async function addPasskey(tx: Tx, person: Person, passkey: NewPasskey): Promise<void> {
  const { id, name, publicKey, counter, transports } = passkey
  const known = await tx.selectFrom('passkey').select('id').where('id', '=', id).executeTakeFirst()
  if (known !== undefined) throw refusal('conflict', 'This passkey is enrolled already')
  await tx
    .insertInto('passkey')
    .values({ id, person: person.id, name, public_key: Buffer.from(publicKey), counter, transports: [...transports] })
    .execute()
  await record(tx, {
    stream: 'system',
    type: 'passkey.added',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} enrolled the passkey ${name}: a second person must confirm it`,
    refs: { passkey: id, person: person.id },
  })
}

/** Lets the passkey count. Throws `conflict` when it was revoked meanwhile. */
export async function confirmPasskey(tx: Tx, id: string, by: Person): Promise<void> {
  const row = await tx
    .updateTable('passkey')
    .set({ confirmed_at: now, confirmed_by: by.id })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning(['name', 'person'])
    .executeTakeFirst()
  if (row === undefined) throw refusal('conflict', 'This passkey was revoked meanwhile')
  await record(tx, {
    stream: 'system',
    type: 'passkey.confirmed',
    actor: { kind: 'person', id: by.id },
    text: `${by.name} confirmed the passkey ${row.name} of ${row.person}`,
    refs: { passkey: id, person: row.person },
  })
}

export interface Revocation {
  readonly by: Person
  /** Every passkey when it is left out. */
  readonly id?: string
}

/** Makes passkeys of the person void: all of them, or the one. Answers how many. */
export async function revokePasskeysOf(tx: Tx, person: string, { by, id }: Revocation): Promise<number> {
  const revoked = await tx
    .updateTable('passkey')
    .set({ revoked_at: now })
    .where('person', '=', person)
    .where('revoked_at', 'is', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .returning(['id', 'name'])
    .execute()
  for (const one of revoked)
    await record(tx, {
      stream: 'system',
      type: 'passkey.revoked',
      actor: { kind: 'person', id: by.id },
      text: `The passkey ${one.name} of ${person} is void`,
      refs: { passkey: one.id, person },
    })
  return revoked.length
}

/** Passkeys of the person that are not revoked, oldest first. */
export const passkeysOf = (db: Database | Tx, person: string): Promise<readonly Passkey[]> =>
  db
    .selectFrom('passkey')
    .selectAll()
    .where('person', '=', person)
    .where('revoked_at', 'is', null)
    .orderBy('added_at')
    .execute()

/** A passkey of the person that counts. */
export const countingPasskey = async (db: Database, person: string, id: string): Promise<Passkey | undefined> =>
  (await passkeysOf(db, person)).find((passkey) => passkey.id === id && passkey.confirmed_at !== null)

/**
 * Keeps how often the authenticator has signed, as it says. Throws `passkey_missing` when it signed oftener before: then there are two
 * of it. Authenticators that do not count say 0. Source: WebAuthn level 3, section 6.1.1.
 */
export async function notePasskeyUse(tx: Tx, id: string, counter: number): Promise<void> {
  const noted = await tx
    .updateTable('passkey')
    .set({ counter, last_used_at: now })
    .where('id', '=', id)
    .where(sql<boolean>`(counter = 0 and ${counter}::bigint = 0 or counter < ${counter}::bigint)`)
    .returning('id')
    .executeTakeFirst()
  if (noted === undefined)
    throw refusal(
      'passkey_missing',
      'This passkey has signed oftener before: there may be a copy of it. Revoke it and enrol another',
    )
}

/** How many passkeys count, by person. */
export async function peopleWithPasskeys(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('passkey')
    .select(['person', (expression) => expression.fn.countAll<number>().as('count')])
    .where('confirmed_at', 'is not', null)
    .where('revoked_at', 'is', null)
    .groupBy('person')
    .execute()
  return new Map(rows.map(({ person, count }) => [person, count]))
}
