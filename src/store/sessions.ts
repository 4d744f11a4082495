import { sql } from 'kysely'
import type { Person } from '#domain/votes'
import type { Database } from './database.ts'
import { personOf, tokenHash } from './people.ts'

/** A sign-in that is open now. */
export interface SignIn {
  readonly person: Person
  /** The hash of the token: what votes name as their session. */
  readonly session: string
  readonly expiresAt: Date
}

/** Whose sign-in the token is, or null. */
export async function signInOf(db: Database, token: string): Promise<SignIn | null> {
  const row = await db
    .selectFrom('session')
    .innerJoin('person', 'person.id', 'session.person')
    .selectAll('person')
    .select(['token_hash', 'expires_at'])
    .where('token_hash', '=', tokenHash(token))
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst()
  return row === undefined ? null : { person: personOf(row), session: row.token_hash, expiresAt: row.expires_at }
}
