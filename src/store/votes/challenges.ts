import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { FreezeOrder } from '#domain/freeze'
import type { Decision } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'

/** How long somebody has between the question and the touch of the authenticator. */
export const CHALLENGE_MS = 300_000
const NONCE_BYTES = 32

/** For what a challenge is, and whose: it is of no use to another person, or in another sign-in. */
export interface ChallengeUse {
  readonly purpose: 'vote' | 'enrolment' | 'freeze' | 'change'
  readonly person: string
  readonly session: string
  readonly plan?: string
  /** The digest of a change. */
  readonly change?: string
  readonly decision?: Decision | FreezeOrder
  /** Of a freeze; left out for everywhere. */
  readonly account?: string
}

/** Makes a nonce that is good once, within five minutes; forgets those that are over. */
export async function makeChallenge(db: Database, use: ChallengeUse): Promise<string> {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url')
  await db.deleteFrom('challenge').where('expires_at', '<', sql<Date>`clock_timestamp()`).execute()
  await db
    .insertInto('challenge')
    .values({
      nonce,
      ...use,
      expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${CHALLENGE_MS / 1000})`,
    })
    .execute()
  return nonce
}

/** Uses the nonce up. Throws `conflict` when it was made for something else, is used or is over. */
export async function useChallenge(tx: Tx, nonce: string, use: ChallengeUse): Promise<void> {
  const { purpose, person, session, plan = null, change = null, decision = null, account = null } = use
  const used = await tx
    .updateTable('challenge')
    .set({ used_at: sql<Date>`clock_timestamp()` })
    .where('nonce', '=', nonce)
    .where('purpose', '=', purpose)
    .where('person', '=', person)
    .where('session', '=', session)
    .where('plan', 'is not distinct from', plan)
    .where('change', 'is not distinct from', change)
    .where('decision', 'is not distinct from', decision)
    .where('account', 'is not distinct from', account)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning('nonce')
    .executeTakeFirst()
  if (used === undefined)
    throw refusal('conflict', 'This challenge was made for something else, is used or is over: ask for another one')
}
