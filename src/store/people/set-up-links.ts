import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor } from '#domain/events'
import type { Person } from '#domain/votes'
import type { Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'
import { personOf, tokenHash } from './people.ts'

/** How long a set-up link is good for. */
export const SET_UP_MS = 3_600_000
const TOKEN_BYTES = 32

/** Makes the token of a link with which the person sets a password, once and within an hour. Links that the person had are void. */
export async function makeSetUpLink(tx: Tx, person: Person, actor: Actor): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  await tx
    .updateTable('setup_link')
    .set({ used_at: sql<Date>`clock_timestamp()` })
    .where('person', '=', person.id)
    .where('used_at', 'is', null)
    .execute()
  await tx
    .insertInto('setup_link')
    .values({
      token_hash: tokenHash(token),
      person: person.id,
      expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${SET_UP_MS / 1000})`,
    })
    .execute()
  await record(tx, {
    stream: 'system',
    type: 'set-up.begun',
    actor,
    text: `${person.name} was given a set-up link, good once and for an hour`,
    refs: { person: person.id },
  })
  return token
}

/** Uses the link up and says whose it is. Throws `not_authenticated` when it is none, used or over. */
export async function useSetUpLink(tx: Tx, token: string): Promise<Person> {
  const used = await tx
    .updateTable('setup_link')
    .set({ used_at: sql<Date>`clock_timestamp()` })
    .where('token_hash', '=', tokenHash(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning('person')
    .executeTakeFirst()
  const row =
    used === undefined
      ? undefined
      : await tx
          .selectFrom('person')
          .selectAll()
          .where('id', '=', used.person)
          .where('disabled_at', 'is', null)
          .executeTakeFirst()
  if (row === undefined)
    throw refusal('not_authenticated', 'This set-up link is not valid, or no longer: ask an operator for another one')
  return personOf(row)
}
