import { type Selectable, sql } from 'kysely'
import { SESSIONS_LIVE_ON } from '#domain/freeze'
import { areOfDifferentGroups } from '#domain/person-change'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { FreezeOrder } from '#store/database/schema.generated'
import { lockIncident, type Woken } from '#store/incidents/incident-verbs'
import { raiseWake } from '#store/incidents/wake'
import { record } from '#store/log/events'
import { callApprovers } from '#store/paging/calling'
import { everyone } from '#store/people/people'
import { proofAsJson } from '#store/votes/proofs'
import { type FreezeWish, proveLift, proveStart } from './freeze-proof.ts'

/** A freeze that nobody ends ends by itself. */
const FREEZE_MS = 4 * 3_600_000

export type Freeze = Selectable<FreezeOrder>

export interface StartWish extends FreezeWish {
  readonly reason: string
}

export type Lifted = { readonly kind: 'lifted' } | { readonly kind: 'needs-another'; readonly askedBy: string }

/** Freezes in force, newest first. */
export const activeFreezes = (db: Database | Tx): Promise<readonly Freeze[]> =>
  db
    .selectFrom('freeze_order')
    .selectAll()
    .where('lifted_at', 'is', null)
    .where('ends_at', '>', sql<Date>`clock_timestamp()`)
    .orderBy('started_at', 'desc')
    .execute()

export interface StartedFreeze {
  readonly freeze: Freeze
  /** The incident by which the approvers are called; null when there is none that is open. */
  readonly woken: Woken | null
}

/**
 * Freezes changes in the account, or everywhere, for four hours, and calls every approver. While it is frozen already: four hours from now, and a
 * lift must be asked anew. The freeze is in force before anybody is called: nothing that holds an incident up delays it.
 * Throws `passkey_missing` for a person who has a passkey and did not use it, where policy asks for them.
 */
export async function startFreeze(db: Database, wish: StartWish): Promise<StartedFreeze> {
  const text = `${wish.person.name} froze changes ${where(wish.account)}: ${wish.reason}`
  const freeze = await db.transaction().execute((tx) => freezeIn(tx, wish, text))
  return { freeze, woken: await db.transaction().execute((tx) => callAbout(tx, freeze, text)) }
}

async function freezeIn(tx: Tx, wish: StartWish, text: string): Promise<Freeze> {
  await oneAtATime(tx)
  const proven = await proveStart(tx, wish)
  const running = (await activeFreezes(tx)).find((freeze) => freeze.account === wish.account)
  const freeze = running === undefined ? await insertFreeze(tx, wish) : await prolong(tx, running.id)
  const said = `${withProof(text, proven)}. ${SESSIONS_LIVE_ON}`
  await tell(tx, { freeze, wish, type: 'freeze.started', text: said })
  return freeze
}

/** Of the incidents that the freeze stops: the one whose plan is the newest, or else the newest one. */
async function callAbout(tx: Tx, { id, account, started_by }: Freeze, text: string): Promise<Woken | null> {
  const concerned = await tx
    .selectFrom('incident')
    .leftJoin('plan', (join) =>
      join.onRef('plan.incident', '=', 'incident.id').on('plan.status', 'in', ['proposed', 'approved', 'executing']),
    )
    .select('incident.id')
    .where('incident.status', '<>', 'closed')
    .where(sql<boolean>`${account}::text is null or incident.account = ${account}`)
    .orderBy(sql`plan.proposed_at desc nulls last`)
    .orderBy('incident.opened_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (concerned === undefined) return null
  const { build } = await lockIncident(tx, concerned.id)
  const call = { incident: concerned.id, key: `freeze/${id}`, text, plan: null, except: started_by }
  await callApprovers(tx, call)
  return { incident: concerned.id, build, wakeDue: await raiseWake(tx, concerned.id) }
}

/**
 * Lifts the freeze of the account, or of everywhere, when a second person of another group asks; the first one’s wish is kept.
 * Without an account and without a freeze of everywhere, every freeze is meant. Who asked already changes nothing. Throws `not_found` when nothing is frozen,
 * and `passkey_missing` where policy asks for passkeys.
 */
export const liftFreeze = (db: Database, wish: FreezeWish): Promise<Lifted> =>
  db.transaction().execute(async (tx) => {
    const { account, person } = wish
    await oneAtATime(tx)
    const active = await activeFreezes(tx)
    const exact = active.filter((freeze) => freeze.account === account)
    const meant = exact.length > 0 || account !== null ? exact : active
    if (meant.length === 0) throw refusal('not_found', `Nothing is frozen ${where(account)}`)
    if (meant.every(({ lift_asked_by }) => lift_asked_by === person.id))
      return { kind: 'needs-another', askedBy: person.id }
    const proven = await proveLift(tx, wish)
    const lifted: Lifted[] = []
    for (const freeze of meant) lifted.push(await liftOne(tx, { freeze, wish, proven }))
    return lifted.find(({ kind }) => kind === 'needs-another') ?? { kind: 'lifted' }
  })

// Two first wishes at once would both be the first.
const oneAtATime = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtextextended('freeze', 0))`.execute(tx)

const where = (account: string | null): string => (account === null ? 'everywhere' : `in account ${account}`)

const insertFreeze = (tx: Tx, { account, person, reason }: StartWish): Promise<Freeze> =>
  tx
    .insertInto('freeze_order')
    .values({ account, reason, started_by: person.id, ends_at: inFreezeTime })
    .returningAll()
    .executeTakeFirstOrThrow()

const prolong = (tx: Tx, id: string): Promise<Freeze> =>
  tx
    .updateTable('freeze_order')
    .set({ ends_at: inFreezeTime, lift_asked_by: null })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

const inFreezeTime = sql<Date>`clock_timestamp() + make_interval(secs => ${FREEZE_MS / 1000})`

interface Lifting {
  readonly freeze: Freeze
  readonly wish: FreezeWish
  readonly proven: string | null
}

async function liftOne(tx: Tx, lifting: Lifting): Promise<Lifted> {
  const { freeze, wish, proven } = lifting
  const { person } = wish
  const first = (await everyone(tx)).find(({ id }) => id === freeze.lift_asked_by)
  if (first === undefined || !areOfDifferentGroups(first, person)) return askForLift(tx, lifting)
  await tx
    .updateTable('freeze_order')
    .set({ lifted_by: person.id, lifted_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', freeze.id)
    .execute()
  await tell(tx, {
    freeze,
    wish,
    type: 'freeze.lifted',
    text: withProof(`${first.name} and ${person.name} lifted the freeze ${where(freeze.account)}`, proven),
  })
  return { kind: 'lifted' }
}

const withProof = (text: string, proven: string | null): string => (proven === null ? text : `${text}. ${proven}`)

async function askForLift(tx: Tx, { freeze, wish, proven }: Lifting): Promise<Lifted> {
  const { person } = wish
  if (freeze.lift_asked_by !== null) return { kind: 'needs-another', askedBy: freeze.lift_asked_by }
  await tx.updateTable('freeze_order').set({ lift_asked_by: person.id }).where('id', '=', freeze.id).execute()
  const text = `${person.name} asks to lift the freeze ${where(freeze.account)}: one more person of another group is needed`
  await tell(tx, { freeze, wish, type: 'freeze.lift-asked', text: withProof(text, proven) })
  return { kind: 'needs-another', askedBy: person.id }
}

interface Told {
  readonly freeze: Freeze
  readonly wish: FreezeWish
  readonly type: 'freeze.started' | 'freeze.lift-asked' | 'freeze.lifted'
  readonly text: string
}

async function tell(tx: Tx, { freeze, wish: { person, proof }, type, text }: Told): Promise<void> {
  const refs = { freeze: freeze.id, ...(freeze.account === null ? {} : { account: freeze.account }) }
  const body = proof === undefined ? {} : { body: { proof: proofAsJson(proof.stored) } }
  await record(tx, { stream: 'system', type, actor: { kind: 'person', id: person.id }, text, refs, ...body })
}
