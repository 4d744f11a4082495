import { randomBytes } from 'node:crypto'
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

/** Opens a sign-in of its own for whoever is signed in, for `ms` milliseconds and never longer than the one it comes from. */
export async function openSession(
  db: Database,
  from: SignIn,
  ms: number,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const { expires_at } = await db
    .insertInto('session')
    .values({
      token_hash: tokenHash(token),
      person: from.person.id,
      expires_at: sql<Date>`least(clock_timestamp() + make_interval(secs => ${ms / 1000}), ${from.expiresAt})`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return { token, expiresAt: expires_at }
}

const TOKEN_BYTES = 32

/** Ends the sign-in. Its row stays, since votes name it. */
export async function endSession(db: Database, token: string): Promise<void> {
  const now = sql<Date>`clock_timestamp()`
  await db
    .updateTable('session')
    .set({ expires_at: now })
    .where('token_hash', '=', tokenHash(token))
    .where('expires_at', '>', now)
    .execute()
}
