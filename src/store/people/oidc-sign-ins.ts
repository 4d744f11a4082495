import { sql } from 'kysely'
import type { Database } from '#store/database/database'
import { tokenHash } from './people.ts'

/** How long somebody has at the identity provider. */
const SIGN_IN_MS = 600_000

/** What is kept here while somebody is at the identity provider; their browser holds the state alone. */
export interface PendingSignIn {
  readonly nonce: string
  readonly verifier: string
}

/** Keeps it for ten minutes, and forgets what is over. */
export async function keepPending(db: Database, state: string, { nonce, verifier }: PendingSignIn): Promise<void> {
  await db.deleteFrom('oidc_sign_in').where('expires_at', '<', sql<Date>`clock_timestamp()`).execute()
  await db
    .insertInto('oidc_sign_in')
    .values({
      state_hash: tokenHash(state),
      nonce,
      verifier,
      expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${SIGN_IN_MS / 1000})`,
    })
    .execute()
}

/** Takes it out, once; undefined when there is none, or no longer. */
export const takePending = (db: Database, state: string): Promise<PendingSignIn | undefined> =>
  db
    .deleteFrom('oidc_sign_in')
    .where('state_hash', '=', tokenHash(state))
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['nonce', 'verifier'])
    .executeTakeFirst()
