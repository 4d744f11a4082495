import { type Selectable, sql } from 'kysely'
import type { Plan as PlanBytes } from '#domain/plan'
import { type Decision, mayVote, type Person, type Tally, tally, type Vote } from '#domain/votes'
import type { Database, Tx } from './database.ts'
import { record } from './events.ts'
import { everyone } from './people.ts'
import { planFromBytes } from './plan-bytes.ts'
import { refusal } from './refusal.ts'
import { retrying } from './retrying.ts'
import type { Plan as PlanTable } from './schema.generated.ts'
import { raiseWake } from './wake.ts'

export interface Ballot {
  readonly plan: string
  readonly person: Person
  readonly decision: Decision
  readonly reason: string | null
  /** The hash of the sign-in’s token, so that the gate can check that the vote belongs to one. */
  readonly session: string
}

/** What the vote did; `late` says that it came too late and what the plan had become. */
export type CastVote =
  | { readonly kind: 'counted'; readonly incident: string; readonly wakeDue: boolean }
  | { readonly kind: 'late'; readonly reason: string; readonly incident: string; readonly wakeDue: boolean }

type PlanRow = Selectable<PlanTable> & { readonly isLate: boolean; readonly clock: string }

interface Voting {
  readonly tx: Tx
  readonly row: PlanRow
  readonly plan: PlanBytes
  readonly ballot: Ballot
}

/**
 * Takes a vote, and decides the plan when that makes the quorum or denies it. The only writer of votes; the plan’s row is locked.
 * The same vote again changes nothing. Throws `not_found` and `not_permitted`; too late, decided otherwise, expired or superseded is `late`.
 * A vote after decide-by ends the plan as expired.
 */
export const castVote = (db: Database, ballot: Ballot): Promise<CastVote> =>
  retrying(() => db.transaction().execute((tx) => castIn(tx, ballot)))

async function castIn(tx: Tx, ballot: Ballot): Promise<CastVote> {
  const { person, decision } = ballot
  const row = await lockPlan(tx, ballot.plan)
  if (!mayVote(person, row.proposer))
    throw refusal(
      'not_permitted',
      row.proposer === person.id ? 'Who proposed a plan cannot vote on it' : 'Only approvers can vote',
    )
  const votes = await votesOn(tx, row.hash)
  if (standing(votes, person.id)?.decision === decision) return counted(row, false)
  return vote({ tx, row, plan: planFromBytes(row.bytes), ballot }, votes)
}

const counted = ({ incident }: PlanRow, wakeDue: boolean): CastVote => ({ kind: 'counted', incident, wakeDue })

async function lockPlan(tx: Tx, hash: string): Promise<PlanRow> {
  const row = await tx.selectFrom('plan').selectAll().where('hash', '=', hash).forUpdate().executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no plan ${hash}`)
  // Read after the lock was given: whoever waited for it may have become late.
  const clock = await tx
    .selectFrom('plan')
    .select([
      sql<string>`clock_timestamp()::text`.as('clock'),
      sql<boolean>`clock_timestamp() > decide_by`.as('isLate'),
    ])
    .where('hash', '=', hash)
    .executeTakeFirstOrThrow()
  return { ...row, ...clock }
}

interface StoredVote extends Vote {
  readonly reason: string | null
}

/** Every vote on the plan, oldest first. */
export async function votesOn(db: Database | Tx, plan: string): Promise<readonly StoredVote[]> {
  const rows = await db
    .selectFrom('vote')
    .select(['person', 'decision', 'reason', 'at'])
    .where('plan', '=', plan)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map(({ person, decision, reason, at }) => ({
    person,
    decision: decision as Decision,
    reason,
    at: at.toISOString(),
  }))
}

const standing = (votes: readonly StoredVote[], person: string): StoredVote | undefined =>
  votes.findLast((one) => one.person === person)

async function vote(voting: Voting, votes: readonly StoredVote[]): Promise<CastVote> {
  const { tx, row, ballot } = voting
  if (row.status === 'proposed' && row.isLate) return expire(voting)
  // A deny stops what has not begun, also after the quorum.
  const isOpen = row.status === 'proposed' || (row.status === 'approved' && ballot.decision === 'deny')
  if (!isOpen) return { kind: 'late', reason: whyClosed(row, votes), incident: row.incident, wakeDue: false }
  await insertVote(voting)
  const result = tally({
    quorum: voting.plan.quorum,
    proposer: row.proposer,
    people: await everyone(tx),
    votes: await votesOn(tx, row.hash),
  })
  await decide(voting, result)
  return counted(row, await raiseWake(tx, row.incident))
}

function whyClosed(row: PlanRow, votes: readonly StoredVote[]): string {
  const deny = votes.find(({ decision }) => decision === 'deny')
  const at = (row.closed_at ?? row.approved_at)?.toISOString() ?? 'before'
  switch (row.status) {
    case 'denied':
      return deny === undefined ? `The plan was denied at ${at}` : `${deny.person} denied the plan at ${deny.at}`
    case 'approved':
    case 'executing':
      return `${namesOf(votes)} approved the plan at ${row.approved_at?.toISOString() ?? at}: it is ${row.status}`
    case 'expired':
      return `The plan expired at ${at}: its decide-by was ${row.decide_by.toISOString()}`
    case 'superseded':
      return `The plan was superseded at ${at}${row.superseded_by === null ? '' : ` by ${row.superseded_by}`}: ${row.status_reason ?? 'a newer plan replaces it'}`
    default:
      return `The plan ended as ${row.status} at ${at}`
  }
}

const namesOf = (votes: readonly StoredVote[]): string =>
  votes
    .filter(({ decision }) => decision === 'approve')
    .map(({ person }) => person)
    .join(' and ') || 'Policy'

async function expire({ tx, row }: Voting): Promise<CastVote> {
  const reason = `nobody decided by ${row.decide_by.toISOString()}`
  await tx
    .updateTable('plan')
    .set({ status: 'expired', status_reason: reason, closed_at: row.clock })
    .where('hash', '=', row.hash)
    .execute()
  await record(tx, {
    stream: row.incident,
    type: 'plan.expired',
    actor: { kind: 'cordon', id: 'api' },
    text: `The plan “${row.purpose}” expired: ${reason}`,
    refs: { plan: row.hash },
  })
  const wakeDue = await raiseWake(tx, row.incident)
  return {
    kind: 'late',
    reason: `The plan expired at ${row.decide_by.toISOString()}: ${reason}`,
    incident: row.incident,
    wakeDue,
  }
}

async function insertVote({ tx, row, ballot }: Voting): Promise<void> {
  const { plan, person, decision, reason, session } = ballot
  const { id } = await tx
    .insertInto('vote')
    .values({ plan, person: person.id, decision, reason, session, at: row.clock })
    .returning('id')
    .executeTakeFirstOrThrow()
  await record(tx, {
    stream: row.incident,
    type: 'vote.cast',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} ${pastTense[decision]} the plan “${row.purpose}”${reason === null ? '' : `: ${reason}`}`,
    refs: { plan, vote: id },
    body: { decision, reason, session },
  })
}

const pastTense: Readonly<Record<Decision, string>> = { approve: 'approved', deny: 'denied', hold: 'held' }

async function decide(voting: Voting, result: Tally): Promise<void> {
  switch (result.kind) {
    case 'denied':
      return deny(voting, result.by)
    case 'held':
      return tell(voting, 'plan.held', `${result.by} holds the plan “${voting.row.purpose}”`)
    case 'approved':
      return approve(voting, result.given)
    case 'open':
      return undefined
  }
}

async function deny(voting: Voting, by: string): Promise<void> {
  const { tx, row, ballot } = voting
  const status_reason = `${by} denied it${ballot.reason === null ? '' : `: ${ballot.reason}`}`
  await tx
    .updateTable('plan')
    .set({ status: 'denied', status_reason, closed_at: row.clock })
    .where('hash', '=', row.hash)
    .execute()
  await tell(voting, 'plan.denied', `The plan “${row.purpose}” is denied: ${status_reason}`)
}

async function approve(voting: Voting, given: number): Promise<void> {
  const { tx, row, plan } = voting
  const { run_by } = await tx
    .updateTable('plan')
    .set({
      status: 'approved',
      approved_at: row.clock,
      run_by: sql<Date>`${row.clock}::timestamptz + make_interval(secs => ${plan.runWithinMs / 1000})`,
    })
    .where('hash', '=', row.hash)
    .returning('run_by')
    .executeTakeFirstOrThrow()
  await tell(
    voting,
    'plan.approved',
    `The plan “${row.purpose}” is approved by ${given}: it may run until ${run_by?.toISOString() ?? 'further notice'}`,
  )
}

async function tell(
  { tx, row, ballot }: Voting,
  type: 'plan.held' | 'plan.denied' | 'plan.approved',
  text: string,
): Promise<void> {
  await record(tx, {
    stream: row.incident,
    type,
    actor: { kind: 'person', id: ballot.person.id },
    text,
    refs: { plan: row.hash },
  })
}
