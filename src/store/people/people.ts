import { sql } from 'kysely'
import { sha256Hex } from '#audit/digest'
import type { Actor } from '#domain/events'
import type { Person, Role } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'

/** What is stored of a sign-in’s token: never the token. */
export const tokenHash = (token: string): string => sha256Hex(Buffer.from(token))

const SETUP: Actor = { kind: 'cordon', id: 'setup' }

/** Adds the person, or brings name, roles, groups and address of the one with the id up to date. */
export async function addPerson(tx: Tx, person: Person, actor: Actor = SETUP): Promise<void> {
  const { id, name, email = null } = person
  const row = { name, roles: [...person.roles], groups: [...person.groups], email }
  const before = await tx.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()
  if (before !== undefined && sameRow(before, row)) return
  await tx
    .insertInto('person')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
  await record(tx, {
    stream: 'system',
    type: before === undefined ? 'person.added' : 'person.changed',
    actor,
    text: `${name} may act as ${row.roles.join(', ')}`,
    refs: { person: id },
    // Not the address: the log keeps everything for ever.
    body: { roles: row.roles, groups: row.groups },
  })
}

interface PersonRow {
  readonly name: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly email: string | null
}

const sameRow = (one: PersonRow, other: PersonRow): boolean =>
  one.name === other.name &&
  one.roles.join() === other.roles.join() &&
  one.groups.join() === other.groups.join() &&
  one.email === other.email

/** Lets the token sign the person in for `ms` milliseconds from now; again with the same token: from then. */
export async function addSession(
  tx: Tx,
  session: { readonly person: string; readonly token: string; readonly ms: number },
): Promise<void> {
  const expires_at = sql<Date>`clock_timestamp() + make_interval(secs => ${session.ms / 1000})`
  await tx
    .insertInto('session')
    .values({ token_hash: tokenHash(session.token), person: session.person, expires_at })
    .onConflict((conflict) => conflict.column('token_hash').doUpdateSet({ person: session.person, expires_at }))
    .execute()
}

/** Everybody who has access now. */
export async function everyone(db: Database | Tx): Promise<readonly Person[]> {
  const rows = await db.selectFrom('person').selectAll().where('disabled_at', 'is', null).orderBy('id').execute()
  return rows.map(personOf)
}

/** The person, if there is one who has access. */
export async function personNamed(db: Database | Tx, id: string): Promise<Person | undefined> {
  const row = await db
    .selectFrom('person')
    .selectAll()
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? undefined : personOf(row)
}

/** Roles are written by `addPerson` only, so they are of the closed list. */
export const personOf = (row: PersonRow & { readonly id: string }): Person => ({
  id: row.id,
  name: row.name,
  roles: row.roles as readonly Role[],
  groups: row.groups,
  ...(row.email === null ? {} : { email: row.email }),
})
