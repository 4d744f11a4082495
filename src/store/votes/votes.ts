import { shortHash } from '#domain/ids'
import { mayVote, type Origin, pastTense, type Tally, tally, whyNoVote } from '#domain/votes'
import { originOf } from '#store/builds/runbook-authors'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { retrying } from '#store/database/retrying'
import { raiseWake } from '#store/incidents/wake'
import { record } from '#store/log/events'
import { everyone } from '#store/people/people'
import { delegationsUnder } from '#store/people/standing-in'
import { planFromBytes } from '#store/plans/plan-bytes'
import { decide, expire, whyClosed } from '#store/plans/plan-decision'
import { isPasskeyAsked } from './passkey-asked.ts'
import { proofAsJson, spendProof } from './proofs.ts'
import { type Ballot, type LockedPlan, lockPlan, lockVotes, type StoredVote, type Voting, votesOn } from './voting.ts'

/** What the vote did; `late` says that it came too late and what the plan had become. */
export type CastVote =
  | { readonly kind: 'counted'; readonly incident: string; readonly wakeDue: boolean }
  | { readonly kind: 'late'; readonly reason: string; readonly incident: string; readonly wakeDue: boolean }

/**
 * Takes a vote, and decides the plan when that makes the quorum or denies it. The only writer of votes; the plan’s row is locked.
 * The same vote again changes nothing. Throws `not_found` and `not_permitted`; too late, decided otherwise, expired or superseded is `late`.
 * A vote after decide-by ends the plan as expired.
 */
export const castVote = (db: Database, ballot: Ballot): Promise<CastVote> =>
  retrying(() => db.transaction().execute((tx) => castIn(tx, ballot)))

async function castIn(tx: Tx, ballot: Ballot): Promise<CastVote> {
  const { person, decision } = ballot
  await lockVotes(tx, ballot.plan)
  const row = await lockPlan(tx, ballot.plan)
  const plan = planFromBytes(row.bytes)
  const terms = { origin: await originOf(tx, row), asksPasskey: await isPasskeyAsked(tx, plan) }
  if (!mayVote(person, terms.origin)) throw refusal('not_permitted', whyNoVote(person, terms.origin, 'plan'))
  const votes = await votesOn(tx, row.hash)
  const before = standing(votes, person.id)?.decision
  if (before === decision) return counted(row, false)
  if (before === undefined && decision === 'withdraw')
    return late(row, `There is no vote of ${person.name} on this plan to take back`, false)
  const voting = { tx, row, plan, ballot }
  await prove(voting, terms)
  return vote(voting, terms, votes)
}

/** What is asked of those who vote on one plan. */
interface Terms {
  readonly origin: Origin
  readonly asksPasskey: boolean
}

/** Where policy asks for a passkey, a sign-in alone is no vote. The nonce is used up with the vote, or not at all. */
async function prove({ tx, ballot }: Voting, { asksPasskey }: Terms): Promise<void> {
  const { proof, person, session, decision } = ballot
  if (proof === undefined) {
    if (!asksPasskey) return
    throw refusal('passkey_missing', 'Policy asks for your passkey with this vote: vote on the page of the plan')
  }
  await spendProof(tx, proof, { purpose: 'vote', person: person.id, session, plan: ballot.plan, decision })
}

const counted = ({ incident }: LockedPlan, wakeDue: boolean): CastVote => ({ kind: 'counted', incident, wakeDue })

const late = ({ incident }: LockedPlan, reason: string, wakeDue: boolean): CastVote => ({
  kind: 'late',
  reason,
  incident,
  wakeDue,
})

const standing = (votes: readonly StoredVote[], person: string): StoredVote | undefined =>
  votes.findLast((one) => one.person === person)

async function vote(voting: Voting, { origin, asksPasskey }: Terms, votes: readonly StoredVote[]): Promise<CastVote> {
  const { tx, row } = voting
  if (row.status === 'proposed' && row.isLate)
    return late(row, await expire(voting, 'api'), await raiseWake(tx, row.incident))
  const people = await everyone(tx)
  const delegations = await delegationsUnder(tx, { plan: row.hash, asksPasskey })
  const resultOf = (cast: readonly StoredVote[]): Tally =>
    tally({ quorum: voting.plan.quorum, ...origin, people, votes: cast, delegations })
  if (!isOpenTo(voting, resultOf(votes)) || (await hasBegun(tx, row))) return late(row, whyClosed(row, votes), false)
  await insertVote(voting)
  const result = resultOf(await votesOn(tx, row.hash))
  // What decides nothing changes nothing that the incident waits for.
  const isDecided = await decide(voting, result)
  return counted(row, isDecided && (await raiseWake(tx, row.incident)))
}

/**
 * After the quorum one person can still stop what has not begun, also while it waits for a freeze to end; and whoever may approve makes
 * good what a hold or a withdrawal stopped.
 */
function isOpenTo({ row, ballot }: Voting, { kind }: Tally): boolean {
  if (row.status === 'proposed') return true
  const isStopOrRelease = ballot.decision !== 'approve' || kind === 'held' || kind === 'open'
  return (row.status === 'approved' || row.status === 'executing') && isStopOrRelease
}

/** Whether the gate has given a permit for any step: from then on it is for the plan’s undo to take things back. */
async function hasBegun(tx: Tx, { hash, status }: LockedPlan): Promise<boolean> {
  if (status !== 'executing') return false
  return (await tx.selectFrom('permit').select('id').where('plan', '=', hash).limit(1).executeTakeFirst()) !== undefined
}

async function insertVote({ tx, row, ballot }: Voting): Promise<void> {
  const { plan, person, decision, reason, session, proof } = ballot
  const assertion = proof === undefined ? null : JSON.stringify(proof.stored)
  const { id } = await tx
    .insertInto('vote')
    .values({ plan, person: person.id, decision, reason, session, assertion, at: row.clock })
    .returning('id')
    .executeTakeFirstOrThrow()
  await record(tx, {
    stream: row.incident,
    type: 'vote.cast',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} ${pastTense[decision]} plan ${shortHash(row.hash)}${reason === null ? '' : `: ${reason}`}`,
    refs: { plan, vote: id, ...(proof === undefined ? {} : { passkey: proof.stored.assertion.id }) },
    body: { decision, reason, session, ...(proof === undefined ? {} : { proof: proofAsJson(proof.stored) }) },
  })
}
