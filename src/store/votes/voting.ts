import { type Selectable, sql } from 'kysely'
import type { Plan as PlanBytes } from '#domain/plan'
import type { Decision, Person, Vote } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { Plan as PlanTable } from '#store/database/schema.generated'
import type { Proven } from './proofs.ts'

export interface Ballot {
  readonly plan: string
  readonly person: Person
  readonly decision: Decision
  readonly reason: string | null
  /** What proves the vote by a passkey: checked by the api, kept whole, and checked again by the gate. */
  readonly proof?: Proven
  /** The hash of the sign-in’s token, so that the gate can check that the vote belongs to one. */
  readonly session: string
}

/** A plan whose row is locked, and the database’s clock after the lock was given. */
export type LockedPlan = Selectable<PlanTable> & { readonly isLate: boolean; readonly clock: string }

/** A vote on its way into the record. */
export interface Voting {
  readonly tx: Tx
  readonly row: LockedPlan
  readonly plan: PlanBytes
  readonly ballot: Ballot
}

/**
 * Votes on a plan and permits of its steps come one after the other, until the commit: a deny is never overtaken by a permit that
 * did not see it.
 */
export async function lockVotes(tx: Tx, hash: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`votes/${hash}`}, 0))`.execute(tx)
}

/** Locks the plan until the commit. Throws `not_found`. */
export async function lockPlan(tx: Tx, hash: string): Promise<LockedPlan> {
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

export interface StoredVote extends Vote {
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
