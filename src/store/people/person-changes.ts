import { type Selectable, sql } from 'kysely'
import type { Json, JsonObject } from '#domain/json'
import { type ChangeKind, needsSecond, objectionToConfirm } from '#domain/person-change'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { PersonChange } from '#store/database/schema.generated'
import { record } from '#store/log/events'
import { confirmPasskey, revokePasskeysOf } from './passkeys.ts'
import { dropPassword } from './passwords.ts'
import { addPerson, personNamed } from './people.ts'
import { endSessionsOf } from './sessions.ts'
import { makeSetUpLink } from './set-up-links.ts'

export type Change = Selectable<PersonChange>

/** A change that nobody confirms within this time is void. */
const CHANGE_MS = 7 * 24 * 3_600_000

export interface Wish {
  readonly kind: ChangeKind
  /** Whom it is about: there need not be such a person yet. */
  readonly about: string
  readonly body: JsonObject
  readonly proposer: Person
  /** A sentence’s end: “wants to …”. */
  readonly what: string
}

/** What came of a change: who it made the person, and the token of the link with which they set themselves up. */
export interface Applied {
  readonly person: string
  readonly setUp: string | null
}

/** Writes the wish down for a second person. */
export async function proposeChange(tx: Tx, { kind, about, body, proposer, what }: Wish): Promise<Change> {
  const change = await tx
    .insertInto('person_change')
    .values({
      kind,
      person: about,
      body: JSON.stringify(body),
      proposer: proposer.id,
      expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${CHANGE_MS / 1000})`,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await record(tx, {
    stream: 'system',
    type: 'change.proposed',
    actor: { kind: 'person', id: proposer.id },
    text: `${proposer.name} wants to ${what}: a second person of another group must confirm it`,
    refs: { change: change.id, person: about },
    body: { kind, ...body },
  })
  return change
}

/** Changes that wait for their second person, oldest first. */
export const openChanges = (db: Database): Promise<readonly Change[]> =>
  db.selectFrom('person_change').selectAll().where(isOpen).orderBy('proposed_at').execute()

const isOpen = sql<boolean>`status = 'proposed' and expires_at > clock_timestamp()`

/**
 * The second person’s word: carries the change out. The one place where a change of people is confirmed. Throws `not_found`,
 * `not_permitted` when this person cannot be the second, `conflict` when it does not fit any more.
 */
export const confirmChange = (db: Database, id: string, confirmer: Person): Promise<Applied> =>
  db.transaction().execute(async (tx) => {
    const change = await lockOpen(tx, id)
    const proposer = await personNamed(tx, change.proposer)
    if (proposer === undefined) throw refusal('conflict', 'Who proposed this has no access any more: propose it again')
    const kind = change.kind as ChangeKind
    const objection = objectionToConfirm({ kind, about: change.person, proposer, confirmer })
    if (objection !== null) throw refusal('not_permitted', objection)
    await decide(tx, change, { status: 'confirmed', by: confirmer })
    return carryOut[kind](tx, change, confirmer)
  })

/** Takes a change back: its proposer, or whoever might confirm it. Throws `not_found`. */
export const withdrawChange = (db: Database, id: string, by: Person): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const change = await lockOpen(tx, id)
    await decide(tx, change, { status: 'withdrawn', by })
    if (change.kind === 'passkey') await revokePasskeysOf(tx, change.person, { by, id: passkeyIn(change) })
  })

async function lockOpen(tx: Tx, id: string): Promise<Change> {
  const change = await tx
    .selectFrom('person_change')
    .selectAll()
    .where('id', '=', id)
    .where(isOpen)
    .forUpdate()
    .executeTakeFirst()
  if (change === undefined) throw refusal('not_found', 'There is no such change that waits')
  return change
}

interface Word {
  readonly status: 'confirmed' | 'withdrawn'
  readonly by: Person
}

async function decide(tx: Tx, { id, person, kind }: Change, { status, by }: Word): Promise<void> {
  await tx
    .updateTable('person_change')
    .set({ status, confirmer: by.id, decided_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
  await record(tx, {
    stream: 'system',
    type: `change.${status}`,
    actor: { kind: 'person', id: by.id },
    text: `${by.name} has ${status === 'confirmed' ? 'confirmed' : 'taken back'} the change of ${person} (${kind})`,
    refs: { change: id, person },
  })
}

const carryOut: Readonly<Record<ChangeKind, (tx: Tx, change: Change, by: Person) => Promise<Applied>>> = {
  person: (tx, { body }, by) => keepPerson(tx, personIn(body as Json), by),
  passkey: async (tx, change, by) => {
    await confirmPasskey(tx, passkeyIn(change), by)
    return { person: change.person, setUp: null }
  },
  reset: async (tx, { person }, by) => resetPerson(tx, await requirePerson(tx, person), by),
}

// Bodies are written by `proposeChange` only, from what the api’s schemas let through.
const personIn = (body: Json): Person => body as unknown as Person
const passkeyIn = ({ body }: Change): string => (body as { readonly passkey: string }).passkey

async function requirePerson(tx: Tx, id: string): Promise<Person> {
  const person = await personNamed(tx, id)
  if (person === undefined) throw refusal('not_found', `There is no ${id} who has access`)
  return person
}

/** Adds or changes the person: at once when one keeper may, else as a wish. */
export async function askForPerson(tx: Tx, person: Person, by: Person): Promise<Change | Applied> {
  const before = await personNamed(tx, person.id)
  if (!needsSecond(before ?? null, person)) return keepPerson(tx, person, by)
  return proposeChange(tx, {
    kind: 'person',
    about: person.id,
    body: personAsJson(person),
    proposer: by,
    what: `${before === undefined ? 'add' : 'change'} ${person.name} (${person.roles.join(', ')} of ${person.groups.join(', ') || 'no group'})`,
  })
}

const personAsJson = ({ id, name, roles, groups, email }: Person): JsonObject => ({
  id,
  name,
  roles: [...roles],
  groups: [...groups],
  ...(email === undefined ? {} : { email }),
})

/** A person who is new gets a link to set themselves up; a machine has tokens. */
async function keepPerson(tx: Tx, person: Person, by: Person): Promise<Applied> {
  const known = await tx.selectFrom('person').select('disabled_at').where('id', '=', person.id).executeTakeFirst()
  if (known?.disabled_at)
    throw refusal(
      'conflict',
      `${person.id} was disabled and stays so: what was done under a name belongs to it. Take another id`,
    )
  const actor = { kind: 'person', id: by.id } as const
  await addPerson(tx, person, actor)
  if (known !== undefined || person.roles.includes('machine')) return { person: person.id, setUp: null }
  return { person: person.id, setUp: await makeSetUpLink(tx, person, actor) }
}

/** Lets somebody in again who has lost what they sign in with: at once when the person decides nothing, else as a wish. */
export async function askForReset(tx: Tx, id: string, by: Person): Promise<Change | Applied> {
  const person = await requirePerson(tx, id)
  if (!needsSecond(null, person)) return resetPerson(tx, person, by)
  const what = `reset how ${person.name} signs in`
  return proposeChange(tx, { kind: 'reset', about: id, body: {}, proposer: by, what })
}

/** Every way in that the person had is closed before another one is opened. */
async function resetPerson(tx: Tx, person: Person, by: Person): Promise<Applied> {
  await closeEveryWayIn(tx, person.id, by)
  const actor = { kind: 'person', id: by.id } as const
  await record(tx, {
    stream: 'system',
    type: 'person.reset',
    actor,
    text: `How ${person.name} signs in was reset: passkeys, password, tokens and sign-ins of before are void`,
    refs: { person: person.id },
  })
  return { person: person.id, setUp: await makeSetUpLink(tx, person, actor) }
}

/** Passkeys, password, API tokens and open sign-ins of the person. */
export async function closeEveryWayIn(tx: Tx, person: string, by: Person): Promise<void> {
  await revokePasskeysOf(tx, person, { by })
  await dropPassword(tx, person)
  await endSessionsOf(tx, person)
  const now = sql<Date>`clock_timestamp()`
  await tx
    .updateTable('setup_link')
    .set({ used_at: now })
    .where('person', '=', person)
    .where('used_at', 'is', null)
    .execute()
  await tx
    .updateTable('api_token')
    .set({ revoked_at: now })
    .where('person', '=', person)
    .where('revoked_at', 'is', null)
    .execute()
}
