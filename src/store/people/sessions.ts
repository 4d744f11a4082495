import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { SignInKind, TokenScope } from '#domain/api-token'
import type { Person, Role } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'
import { personOf, tokenHash } from './people.ts'

/** A sign-in that is open now. */
export interface SignIn {
  readonly kind: SignInKind
  /** As whom it acts. */
  readonly person: Person
  /** The roles by which routes are open to it: for an API token within its scopes. */
  readonly roles: readonly Role[]
  /** The hash of the token: what votes name as their session. */
  readonly session: string
  readonly expiresAt: Date
  /** What an API token may be used for; nobody asks of a person’s sign-in. */
  readonly scopes: readonly TokenScope[]
}

/** How somebody signed in. */
export type Means = 'token' | 'password' | 'set-up' | 'oidc'

/** Whose sign-in the token is, or null. */
export async function signInOf(db: Database, token: string): Promise<SignIn | null> {
  const row = await db
    .selectFrom('session')
    .innerJoin('person', 'person.id', 'session.person')
    .selectAll('person')
    .select(['token_hash', 'expires_at'])
    .where('token_hash', '=', tokenHash(token))
    .where('expires_at', '>', now)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return null
  const person = personOf(row)
  const { token_hash: session, expires_at: expiresAt } = row
  return { kind: 'person', person, roles: person.roles, session, expiresAt, scopes: [] }
}

const now = sql<Date>`clock_timestamp()`

export interface Opening {
  readonly person: Person
  readonly means: Means
  readonly address: string
  readonly ms: number
  /** The sign-in that it comes from, which it does not outlive. */
  readonly until?: Date
  /** The token of the sign-in that the browser had before: it ends. */
  readonly instead: string | undefined
}

export interface OpenedSession {
  readonly token: string
  readonly expiresAt: Date
}

/** Opens a sign-in under a token that nobody has seen before. */
export const openSession = (db: Database, opening: Opening): Promise<OpenedSession> =>
  db.transaction().execute((tx) => openSessionIn(tx, opening))

/** The same within a transaction. */
export async function openSessionIn(tx: Tx, opening: Opening): Promise<OpenedSession> {
  const { person, means, address, ms, until, instead } = opening
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const inTime = sql<Date>`clock_timestamp() + make_interval(secs => ${ms / 1000})`
  if (instead !== undefined) await endWhere(tx, { session: tokenHash(instead) })
  const { expires_at } = await tx
    .insertInto('session')
    .values({
      token_hash: tokenHash(token),
      person: person.id,
      means,
      address,
      expires_at: until === undefined ? inTime : sql<Date>`least(${inTime}, ${until}::timestamptz)`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  await record(tx, {
    stream: 'system',
    type: 'sign-in.opened',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} signed in by ${meansText[means]}`,
    refs: { person: person.id, session: tokenHash(token) },
  })
  return { token, expiresAt: expires_at }
}

const TOKEN_BYTES = 32

const meansText: Readonly<Record<Means, string>> = {
  token: 'a token',
  password: 'password',
  'set-up': 'a set-up link',
  oidc: 'the identity provider',
}

/** Ends the sign-in. Its row stays, since votes name it. */
export const endSession = (db: Database, token: string): Promise<void> =>
  db.transaction().execute(async (tx) => void (await endWhere(tx, { session: tokenHash(token) })))

/** Ends every sign-in of the person. */
export const endSessionsOf = (tx: Tx, person: string): Promise<number> => endWhere(tx, { person })

/** Ends one of the sign-ins of `owner`, or of anybody’s. Throws `not_found`. */
export const endNamedSession = (db: Database, session: string, owner?: string): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const ended = await endWhere(tx, { session, ...(owner === undefined ? {} : { person: owner }) })
    if (ended === 0) throw refusal('not_found', 'There is no such sign-in that is open')
  })

async function endWhere(tx: Tx, which: { readonly session?: string; readonly person?: string }): Promise<number> {
  const { session, person } = which
  const ended = await tx
    .updateTable('session')
    .set({ expires_at: now })
    .where('expires_at', '>', now)
    .$if(session !== undefined, (query) => query.where('token_hash', '=', session ?? ''))
    .$if(person !== undefined, (query) => query.where('person', '=', person ?? ''))
    .returning(['token_hash', 'person'])
    .execute()
  for (const row of ended)
    await record(tx, {
      stream: 'system',
      type: 'sign-in.ended',
      actor: { kind: 'cordon', id: 'sign-in' },
      text: `A sign-in of ${row.person} ended`,
      refs: { person: row.person, session: row.token_hash },
    })
  return ended.length
}

export interface OpenSignIn {
  readonly id: string
  readonly person: string
  readonly means: string
  readonly address: string | null
  readonly since: Date
  readonly expiresAt: Date
}

/** Sign-ins that are open, newest first: of one person, or of everybody. */
export const openSessions = (db: Database, person?: string): Promise<readonly OpenSignIn[]> =>
  db
    .selectFrom('session')
    .select(['token_hash as id', 'person', 'means', 'address', 'created_at as since', 'expires_at as expiresAt'])
    .where('expires_at', '>', now)
    .$if(person !== undefined, (query) => query.where('person', '=', person ?? ''))
    .orderBy('created_at', 'desc')
    .execute()
