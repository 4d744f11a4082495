import { sql } from 'kysely'
import { shortHash } from '#domain/ids'
import type { Tally } from '#domain/votes'
import { record } from '#store/log/events'
import type { LockedPlan, StoredVote, Voting } from '#store/votes/voting'
import { askOnTimeout } from './on-timeout.ts'
import { planFromBytes } from './plan-bytes.ts'

/** Does to the plan what its votes amount to; whether it has another status now. */
export async function decide(voting: Voting, result: Tally): Promise<boolean> {
  switch (result.kind) {
    case 'denied':
      await deny(voting, result.by)
      return true
    case 'held':
      await tell(voting, 'plan.held', `${result.by} holds plan ${shortHash(voting.row.hash)}`)
      return false
    case 'approved':
      // A hold that was taken back leaves the run-by clock as it was.
      if (voting.row.status !== 'proposed') return false
      await approvePlan(voting, { by: `${result.given}`, actor: voting.ballot.person.id })
      return true
    case 'open':
      return false
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
  await tell(voting, 'plan.denied', `Plan ${shortHash(row.hash)} is denied: ${status_reason}`)
}

interface Approval {
  /** How many approved, or who alone. */
  readonly by: string
  readonly actor: string
}

/** From now on the plan may run, for as long as it says. */
export async function approvePlan(
  { tx, row, plan }: Pick<Voting, 'tx' | 'row' | 'plan'>,
  { by, actor }: Approval,
): Promise<void> {
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
  await record(tx, {
    stream: row.incident,
    type: 'plan.approved',
    actor: { kind: 'person', id: actor },
    text: `Plan ${shortHash(row.hash)} is approved by ${by}: it may run until ${run_by?.toISOString() ?? 'further notice'}`,
    refs: { plan: row.hash },
  })
}

async function tell({ tx, row, ballot }: Voting, type: 'plan.held' | 'plan.denied', text: string): Promise<void> {
  await record(tx, {
    stream: row.incident,
    type,
    actor: { kind: 'person', id: ballot.person.id },
    text,
    refs: { plan: row.hash },
  })
}

/** Ends the plan that nobody decided in time; returns the reason. */
export async function expire({ tx, row }: Pick<Voting, 'tx' | 'row'>, part: 'api' | 'worker'): Promise<string> {
  const reason = `nobody decided by ${row.decide_by.toISOString()}`
  await tx
    .updateTable('plan')
    .set({ status: 'expired', status_reason: reason, closed_at: row.clock })
    .where('hash', '=', row.hash)
    .execute()
  await record(tx, {
    stream: row.incident,
    type: 'plan.expired',
    actor: { kind: 'cordon', id: part },
    text: `Plan ${shortHash(row.hash)} expired: ${reason}`,
    refs: { plan: row.hash },
  })
  await askOnTimeout(tx, row, planFromBytes(row.bytes))
  return `The plan expired at ${row.decide_by.toISOString()}: ${reason}`
}

/** Who closed the plan to further votes, and when. */
export function whyClosed(row: LockedPlan, votes: readonly StoredVote[]): string {
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
