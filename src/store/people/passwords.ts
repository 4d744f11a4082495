import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'

/** The hash of the person’s password, with the parameters it was made with; undefined when there is no such person, or no password. */
export async function passwordHashOf(db: Database, person: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('password')
    .innerJoin('person', 'person.id', 'password.person')
    .select('hash')
    .where('password.person', '=', person)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row?.hash
}

/** Keeps the hash of a new password. */
export async function keepPassword(tx: Tx, person: Person, hash: string): Promise<void> {
  await tx
    .insertInto('password')
    .values({ person: person.id, hash })
    .onConflict((conflict) => conflict.column('person').doUpdateSet({ hash, set_at: new Date() }))
    .execute()
  await record(tx, {
    stream: 'system',
    type: 'password.set',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} set a password`,
    refs: { person: person.id },
  })
}

/** Forgets the person’s password. */
export const dropPassword = (tx: Tx, person: string) => tx.deleteFrom('password').where('person', '=', person).execute()
