import { sql } from 'kysely'
import { objectionToFirst } from '#domain/first-people'
import type { Person } from '#domain/votes'
import { connect, type Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { addPerson } from './people.ts'
import { makeSetUpLink } from './set-up-links.ts'

export interface FirstPerson {
  readonly person: Person
  /** The token of the link with which they set a password. */
  readonly setUp: string
}

/**
 * The first people of an installation, each with a link to set themselves up, as the database’s owner. Throws `conflict` when there is
 * anybody already, `unprocessable` when they could not decide anything together.
 */
export async function makeFirstPeople(ownerUrl: string, people: readonly Person[]): Promise<readonly FirstPerson[]> {
  const { db, close } = connect(ownerUrl, 1)
  try {
    return await db.transaction().execute((tx) => makeIn(tx, people))
  } finally {
    await close()
  }
}

async function makeIn(tx: Tx, people: readonly Person[]): Promise<readonly FirstPerson[]> {
  const objection = objectionToFirst(people)
  if (objection !== null) throw refusal('unprocessable', objection)
  await sql`lock table person in exclusive mode`.execute(tx)
  if ((await tx.selectFrom('person').select('id').limit(1).executeTakeFirst()) !== undefined)
    throw refusal(
      'conflict',
      'There are people already: an operator or a policy-admin adds more with cordon people add',
    )
  const first: FirstPerson[] = []
  for (const person of people) {
    await addPerson(tx, person)
    first.push({ person, setUp: await makeSetUpLink(tx, person, { kind: 'cordon', id: 'setup' }) })
  }
  return first
}
