import { type Selectable, sql } from 'kysely'
import type { StepOutcome } from '#domain/plan'
import type { Values } from '#domain/state'
import type { Tags } from '#domain/tags'
import type { Tx } from '#store/database/database'
import type { Permit as PermitTable } from '#store/database/schema.generated'

/** The right to one step, as it is recorded. There is at most one for a step, ever. */
export interface Permit {
  readonly id: string
  readonly plan: string
  readonly step: number
  readonly attempt: number
  readonly values: Values
  /** Null while the permit is open. */
  readonly outcome: StepOutcome | null
}

/**
 * One permit of an account at a time is decided on, until the commit: locks and budgets are read and used as one.
 * A target lies in one account, so this orders the permits of a target too.
 */
export async function lockAccount(tx: Tx, account: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`permits/${account}`}, 0))`.execute(tx)
}

/** The same over all accounts, where the policy of the incident has a budget for all of them. Before `lockAccount`. */
export async function lockOrganisation(tx: Tx, incident: string): Promise<void> {
  const limited = await tx
    .selectFrom('incident')
    .innerJoin('policy', 'policy.digest', 'incident.policy_digest')
    .select('policy.digest')
    .where('incident.id', '=', incident)
    .where(sql<boolean>`policy.body #> '{budgets,organisation}' is not null`)
    .executeTakeFirst()
  if (limited === undefined) return
  await sql`select pg_advisory_xact_lock(hashtextextended('permits', 0))`.execute(tx)
}

/** The same over all plans under a standing approval. Before `lockAccount`. */
export async function lockStanding(tx: Tx, change: string | undefined): Promise<void> {
  if (change === undefined) return
  await sql`select pg_advisory_xact_lock(hashtextextended(${`standing/${change}`}, 0))`.execute(tx)
}

/** The permit of a step, open or closed; locked until the commit. */
export async function permitOf(tx: Tx, plan: string, step: number): Promise<Permit | undefined> {
  const row = await tx
    .selectFrom('permit')
    .selectAll()
    .where('plan', '=', plan)
    .where('step', '=', step)
    .orderBy('opened_at', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
  return row && permitFrom(row)
}

/** The permit by its id; locked until the commit. */
export async function lockPermit(tx: Tx, id: string): Promise<Permit | undefined> {
  const row = await tx.selectFrom('permit').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row && permitFrom(row)
}

export interface NewPermit {
  readonly plan: string
  readonly step: number
  readonly targetKey: string
  readonly account: string
  /** The Auto Scaling group of the target, as far as the plan shows it. */
  readonly scalingGroup: string | null
  /** Of the target, as far as the plan shows them. */
  readonly tags: Tags
  /** The change that counts as the plan’s quorum, when one does. */
  readonly standingApproval: string | null
  readonly values: Values
}

export async function openPermit(tx: Tx, wanted: NewPermit): Promise<Permit> {
  const { targetKey, scalingGroup, tags, standingApproval, values, ...of } = wanted
  const row = await tx
    .insertInto('permit')
    .values({
      ...of,
      target_key: targetKey,
      scaling_group: scalingGroup,
      tags: JSON.stringify(tags),
      standing_approval: standingApproval,
      given_values: JSON.stringify(values),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return permitFrom(row)
}

/** Begins another attempt: what the one before it reports from now on is refused. */
export async function fenceOff(tx: Tx, { id }: Permit): Promise<Permit> {
  const row = await tx
    .updateTable('permit')
    .set({ attempt: sql<number>`attempt + 1` })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .returningAll()
    .executeTakeFirstOrThrow()
  return permitFrom(row)
}

export async function closePermit(tx: Tx, { id }: Permit, outcome: StepOutcome): Promise<void> {
  await tx
    .updateTable('permit')
    .set({ outcome: JSON.stringify(outcome), closed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .execute()
}

/** Rows are written by the functions of this file only. */
const permitFrom = ({ id, plan, step, attempt, given_values, outcome }: Selectable<PermitTable>): Permit => ({
  id,
  plan,
  step,
  attempt,
  values: given_values as Values,
  outcome: outcome as StepOutcome | null,
})
