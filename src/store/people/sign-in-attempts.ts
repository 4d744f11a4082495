import { sql } from 'kysely'
import { sha256Hex } from '#audit/digest'
import { KNOWN_PLACE_MS, type LimitName, signInLimits } from '#domain/sign-in-limits'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'

export interface Attempt {
  /** Whom somebody wants to sign in as; null when a token says it. */
  readonly person: string | null
  readonly address: string
}

/**
 * Counts the attempt before it is judged. Throws `throttled` when a limit is reached: then the attempt is not judged at all, so that
 * waiting out a limit tells nothing.
 */
export async function countAttempt(db: Database, attempt: Attempt): Promise<void> {
  const reached = await db.transaction().execute(async (tx) => {
    for (const [limit, key] of await limitsOf(tx, attempt)) if (await isReached(tx, limit, key)) return limit
    return null
  })
  if (reached === null) return
  const minutes = Math.ceil(signInLimits[reached].withinMs / MINUTE_MS)
  throw refusal('throttled', `Too many attempts to sign in: wait ${minutes} minutes, or use a place that you know`)
}

const MINUTE_MS = 60_000

/** Forgets the attempts of a person from where they have just signed in. */
export async function forgetAttempts(db: Database, { person, address }: Attempt): Promise<void> {
  const key = keyOf('personAtAddress', [person ?? '', address])
  await db.deleteFrom('sign_in_attempt').where('key', '=', key).execute()
}

async function limitsOf(tx: Tx, { person, address }: Attempt): Promise<readonly (readonly [LimitName, string])[]> {
  const ofAddress = ['address', keyOf('address', [address])] as const
  if (person === null) return [ofAddress]
  const here = ['personAtAddress', keyOf('personAtAddress', [person, address])] as const
  // Strangers must not be able to keep a person out of where they work.
  if (await isKnownPlace(tx, person, address)) return [here]
  return [ofAddress, here, ['personElsewhere', keyOf('personElsewhere', [person])]]
}

/** Names are what strangers type: neither their length nor what they hold gets into the table. */
const keyOf = (limit: LimitName, parts: readonly string[]): string =>
  `${limit}/${sha256Hex(Buffer.from(JSON.stringify(parts)))}`

async function isKnownPlace(tx: Tx, person: string, address: string): Promise<boolean> {
  const row = await tx
    .selectFrom('session')
    .select('token_hash')
    .where('person', '=', person)
    .where('address', '=', address)
    .where('created_at', '>', sql<Date>`clock_timestamp() - make_interval(secs => ${KNOWN_PLACE_MS / 1000})`)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** One statement counts, so that attempts at once are all counted; a window that is over begins again. */
async function isReached(tx: Tx, limit: LimitName, key: string): Promise<boolean> {
  const { tries, withinMs } = signInLimits[limit]
  const { rows } = await sql<{ count: number }>`
    insert into sign_in_attempt as attempt (key, count) values (${key}, 1)
    on conflict (key) do update set
      count = case when attempt.since < clock_timestamp() - make_interval(secs => ${withinMs / 1000})
              then 1 else least(attempt.count + 1, ${tries + 2}) end,
      since = case when attempt.since < clock_timestamp() - make_interval(secs => ${withinMs / 1000})
              then clock_timestamp() else attempt.since end
    returning count`.execute(tx)
  const count = rows[0]?.count ?? 0
  // Told once for each window: whoever tries without end must not fill the log.
  if (count === tries + 1) await tell(tx, limit)
  return count > tries
}

const tell = (tx: Tx, limit: LimitName) =>
  record(tx, {
    stream: 'system',
    type: 'sign-in.throttled',
    actor: { kind: 'cordon', id: 'sign-in' },
    text: `Attempts to sign in reached the limit ${limit}: ${signInLimits[limit].tries} in ${signInLimits[limit].withinMs / MINUTE_MS} minutes`,
    refs: {},
  })

/** Forgets windows that are over. */
export async function forgetOldAttempts(db: Database): Promise<void> {
  const longest = Math.max(...Object.values(signInLimits).map(({ withinMs }) => withinMs))
  await db
    .deleteFrom('sign_in_attempt')
    .where('since', '<', sql<Date>`clock_timestamp() - make_interval(secs => ${longest / 1000})`)
    .execute()
}
