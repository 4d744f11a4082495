import { sha256Hex } from '#audit/digest'
import type { Given } from '#domain/oidc-settings'
import { atOnce, needsSecond } from '#domain/person-change'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { addPerson, personNamed } from './people.ts'
import { proposeChange } from './person-changes.ts'

/** Somebody as the identity provider knows them. Issuer and subject are who it is; a name or a mail address never is. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly email: string | undefined
  readonly given: Given
}

const ID_LENGTH = 12

/**
 * The person of the identity, with what the provider’s word gives now: less at once, more only as a wish that a second person confirms.
 * Throws `not_permitted` when it gives nothing, or the person was disabled.
 */
export const personOfIdentity = (db: Database, identity: Identity): Promise<Person> =>
  db.transaction().execute(async (tx) => {
    const { given, name } = identity
    if (given.roles.length === 0)
      throw refusal(
        'not_permitted',
        `Nothing that the identity provider says of ${name} gives a role here: ask an operator`,
      )
    const id = await idOf(tx, identity)
    const before = await personNamed(tx, id)
    const email = identity.email ?? before?.email
    const wanted: Person = { id, name, ...given, ...(email === undefined ? {} : { email }) }
    const person: Person = { ...wanted, ...atOnce(before ?? null, given) }
    await addPerson(tx, person, { kind: 'cordon', id: 'sign-in' })
    await link(tx, identity, id)
    if (needsSecond(before ?? null, given)) await wish(tx, person, wanted)
    return person
  })

async function idOf(tx: Tx, { issuer, subject }: Identity): Promise<string> {
  const row = await tx
    .selectFrom('identity')
    .innerJoin('person', 'person.id', 'identity.person')
    .select(['person.id', 'disabled_at'])
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  if (row?.disabled_at) throw refusal('not_permitted', 'This person was disabled: ask an operator')
  return row?.id ?? `oidc-${sha256Hex(Buffer.from(JSON.stringify([issuer, subject]))).slice(0, ID_LENGTH)}`
}

const link = (tx: Tx, { issuer, subject }: Identity, person: string) =>
  tx
    .insertInto('identity')
    .values({ issuer, subject, person })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .execute()

/** Each sign-in says the same again: one wish is enough. */
async function wish(tx: Tx, person: Person, { roles, groups, name, email }: Person): Promise<void> {
  const waiting = await tx
    .selectFrom('person_change')
    .select('body')
    .where('person', '=', person.id)
    .where('proposer', '=', person.id)
    .where('kind', '=', 'person')
    .where('status', '=', 'proposed')
    .execute()
  const isSame = (body: unknown): boolean => {
    const before = body as Partial<Person>
    return before.roles?.join() === roles.join() && before.groups?.join() === groups.join()
  }
  if (waiting.some(({ body }) => isSame(body))) return
  await proposeChange(tx, {
    kind: 'person',
    about: person.id,
    body: { id: person.id, name, roles: [...roles], groups: [...groups], ...(email === undefined ? {} : { email }) },
    proposer: person,
    what: `be ${roles.join(', ')} of ${groups.join(', ') || 'no group'}, as the identity provider says`,
  })
}
