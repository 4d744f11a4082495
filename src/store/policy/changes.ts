import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { CHANGE_LIFE_MS, type ChangeDecision, type ChangeKind, changeQuorum } from '#domain/change'
import type { Actor, EventType } from '#domain/events'
import { shortHash } from '#domain/ids'
import type { JsonObject } from '#domain/json'
import { mayVote, type Person, type Role, tally, whyNoVote } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { oneByOne } from '#store/database/one-by-one'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'
import { everyone } from '#store/people/people'
import { type Proven, proofAsJson, spendProof } from '#store/votes/proofs'
import { kindOf } from './change-kinds.ts'
import { areChangesSigned } from './change-signing.ts'
import { type ChangeRow, digestOfChange, statementOf } from './change-statement.ts'
import { changeVotes, genuineVotes } from './change-votes.ts'
import { policyInForce, policyOf } from './policies.ts'

export interface NewChange {
  readonly kind: ChangeKind
  readonly title: string
  readonly body: JsonObject
  readonly proposer: Person
}

/** Proposes a change; nothing is otherwise until people approve it. Throws what its kind refuses. */
export const proposeChange = (db: Database, wanted: NewChange): Promise<string> =>
  db.transaction().execute(async (tx) => {
    const { kind, title, body, proposer } = wanted
    await kindOf(kind).require(tx, body)
    const statement = { id: randomUUID(), kind, title, body, proposer: proposer.id }
    const digest = digestOfChange(statement)
    await tx
      .insertInto('change')
      .values({ ...statement, body: JSON.stringify(body), digest, decide_by: endOfLife })
      .execute()
    const text = `${proposer.name} proposes change ${shortHash(digest)}: ${title}`
    await tell(tx, { ...statement, digest }, { type: 'change.proposed', actor: byPerson(proposer), text })
    return statement.id
  })

const endOfLife = sql<Date>`clock_timestamp() + make_interval(secs => ${CHANGE_LIFE_MS / 1000})`

const byPerson = ({ id }: Person): Actor => ({ kind: 'person', id })

export interface ChangeBallot {
  readonly change: string
  readonly person: Person
  readonly decision: ChangeDecision
  readonly reason: string | null
  readonly session: string
  /** The digest that the voter has seen; null when they do not say. */
  readonly digest: string | null
  /** What proves the vote by a passkey: checked by the api, kept whole, and checked again by the gate. */
  readonly proof?: Proven
}

/** What the vote did; `late` says why it came too late. */
export type CastChangeVote = { readonly kind: 'counted' } | { readonly kind: 'late'; readonly reason: string }

/**
 * Takes a vote on a change, which with it comes into force or is denied when the votes are there. The same vote again changes nothing.
 * Throws `not_found`, `not_permitted` and what its kind refuses when it is to come into force.
 */
export const voteOnChange = (db: Database, ballot: ChangeBallot): Promise<CastChangeVote> =>
  db.transaction().execute(async (tx) => {
    const row = await lockChange(tx, ballot.change)
    const { person, decision } = ballot
    if (!mayVote(person, row)) throw refusal('not_permitted', whyNoVote(person, row, 'change'))
    const own = (await changeVotes(tx, row.id)).findLast((vote) => vote.person === person.id)
    if (own?.decision === decision) return { kind: 'counted' }
    if (row.status === 'proposed' && row.isLate) return { kind: 'late', reason: await expire(tx, row) }
    if (row.status !== 'proposed') return { kind: 'late', reason: `The change is ${row.status}: ${row.status_reason}` }
    requireSeen(row, ballot)
    await prove(tx, row, ballot)
    await insertVote(tx, row, ballot)
    await decide(tx, row, ballot)
    return { kind: 'counted' }
  })

type LockedChange = ChangeRow & { readonly isLate: boolean }

async function lockChange(tx: Tx, id: string): Promise<LockedChange> {
  await oneByOne(tx)
  const row = await tx
    .selectFrom('change')
    .selectAll()
    .select(sql<boolean>`clock_timestamp() > decide_by`.as('isLate'))
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no change ${id}`)
  return row
}

/** What was read must be what is voted on, and the row what was proposed. */
function requireSeen(row: ChangeRow, { digest }: ChangeBallot): void {
  if (digestOfChange(statementOf(row)) !== row.digest)
    throw refusal('conflict', 'What is stored of the change is not what was proposed: propose it anew')
  if (digest !== null && digest !== row.digest)
    throw refusal(
      'conflict',
      `You have seen another change than this one, whose digest is ${row.digest}: read it again`,
    )
}

/** To approve takes a passkey where policy ever asked for one; whoever stops a change needs none. */
async function prove(tx: Tx, { digest, id }: ChangeRow, ballot: ChangeBallot): Promise<void> {
  const { person, session, decision, proof } = ballot
  if (proof !== undefined)
    return spendProof(tx, proof, { purpose: 'change', person: person.id, session, change: digest, decision })
  if (decision === 'approve' && (await areChangesSigned(tx)))
    throw refusal('passkey_missing', `Your passkey must sign it: approve on the page /changes/${id} of the console`)
}

async function insertVote(tx: Tx, row: ChangeRow, ballot: ChangeBallot): Promise<void> {
  const { person, decision, reason, session, proof } = ballot
  const { digest } = row
  const assertion = proof === undefined ? null : JSON.stringify(proof.stored)
  await tx
    .insertInto('change_vote')
    .values({ change: row.id, digest, person: person.id, decision, reason, session, assertion })
    .execute()
  await tell(tx, row, {
    type: 'change.voted',
    actor: byPerson(person),
    text: `${person.name} ${decision === 'approve' ? 'approved' : 'denied'} change ${shortHash(digest)}${reason === null ? '' : `: ${reason}`}`,
    body: { decision, reason, session, ...(proof === undefined ? {} : { proof: proofAsJson(proof.stored) }) },
  })
}

async function decide(tx: Tx, row: ChangeRow, { person, reason }: ChangeBallot): Promise<void> {
  const inForce = await policyInForce(tx)
  if (inForce === undefined) throw refusal('conflict', 'No policy is in force yet')
  const quorum = changeQuorum(await policyOf(tx, inForce))
  const mustSign = await areChangesSigned(tx)
  const genuine = await genuineVotes(tx, row)
  const votes = genuine.filter((vote) => !mustSign || vote.isSigned || vote.decision === 'deny')
  const people = await everyone(tx)
  const result = tally({ quorum, proposer: row.proposer, people, votes })
  const actor = byPerson(person)
  if (result.kind === 'denied') {
    const why = `${result.by} denied it${reason === null ? '' : `: ${reason}`}`
    await close(tx, row, { status: 'denied', why, actor })
  }
  if (result.kind === 'approved') {
    const why = `approved by ${votes
      .filter(({ decision }) => decision === 'approve')
      .map((vote) => vote.person)
      .join(' and ')}`
    await close(tx, row, { status: 'in-force', why, actor })
    await kindOf(statementOf(row).kind).begin(tx, statementOf(row), actor)
  }
}

interface Ending {
  readonly status: 'in-force' | 'denied' | 'expired' | 'withdrawn'
  readonly why: string
  readonly actor: Actor
}

/** Ends what was proposed, one way or another. */
export async function close(tx: Tx, row: ChangeRow, { status, why, actor }: Ending): Promise<void> {
  await tx
    .updateTable('change')
    .set({ status, status_reason: why, closed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', row.id)
    .execute()
  const text = `Change ${shortHash(row.digest)} is ${status}: ${why}`
  await tell(tx, row, { type: `change.${status}`, actor, text })
}

async function expire(tx: Tx, row: ChangeRow): Promise<string> {
  const why = `nobody decided by ${row.decide_by.toISOString()}`
  await close(tx, row, { status: 'expired', why, actor: { kind: 'cordon', id: 'api' } })
  return `The change is expired: ${why}`
}

/** Ends every change that nobody decided in time. */
export const expireChanges = (db: Database): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const due = await tx
      .selectFrom('change')
      .select('id')
      .where('status', '=', 'proposed')
      .where('decide_by', '<', sql<Date>`clock_timestamp()`)
      .execute()
    for (const { id } of due) {
      const row = await lockChange(tx, id)
      if (row.status === 'proposed' && row.isLate) await expire(tx, row)
    }
  })

/**
 * Takes back what one has proposed; or ends what is in force, for a kind that permits something. Throws `not_found`, `not_permitted` and
 * `conflict`.
 */
export const withdrawChange = (
  db: Database,
  { change, person }: { readonly change: string; readonly person: Person },
): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const row = await lockChange(tx, change)
    if (row.status === 'withdrawn') return
    requireEnder(row, person)
    await close(tx, row, { status: 'withdrawn', why: `${person.name} took it back`, actor: byPerson(person) })
  })

const enders: readonly Role[] = ['responder', 'approver', 'policy-admin', 'operator']

function requireEnder(row: ChangeRow, { id, roles }: Person): void {
  const isEnded = row.status === 'in-force' && kindOf(statementOf(row).kind).isEndedByOne
  const may = isEnded ? roles.some((role) => enders.includes(role)) : row.proposer === id
  if (!may)
    throw refusal('not_permitted', `Only ${isEnded ? enders.join(', ') : row.proposer} can take this change back`)
  if (!isEnded && row.status !== 'proposed')
    throw refusal('conflict', `The change is ${row.status}: ${row.status_reason}`)
}

interface Told {
  readonly type: EventType
  readonly actor: Actor
  readonly text: string
  readonly body?: JsonObject
}

async function tell(
  tx: Tx,
  { id, kind, digest }: Pick<ChangeRow, 'id' | 'kind' | 'digest'>,
  { body = {}, ...told }: Told,
): Promise<void> {
  await record(tx, { stream: 'system', ...told, refs: { change: id }, body: { kind, digest, ...body } })
}
