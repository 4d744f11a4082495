import type { Plan, StepOutcome } from '#domain/plan'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { planFromBytes } from './plan-bytes.ts'

/** A registered account, as far as calling AWS needs it. The first region is its home. */
export interface AccountPlace {
  readonly partition: string
  readonly regions: readonly string[]
  /** What the account’s roles ask for; null behind an emulator that asks for nothing. */
  readonly externalId: string | null
}

/** The plan as it is stored; whether these are the approved bytes is the gate’s question. Throws `not_found`. */
export async function storedPlan(db: Database, hash: string): Promise<Plan> {
  const row = await db.selectFrom('plan').select('bytes').where('hash', '=', hash).executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no plan ${hash}`)
  return planFromBytes(row.bytes)
}

/** Where the account’s calls go. Throws `not_found` for an account that is not registered. */
export async function accountPlace(db: Database, id: string): Promise<AccountPlace> {
  const row = await db
    .selectFrom('account')
    .select(['partition', 'regions', 'external_id as externalId'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `Account ${id} is not registered with Cordon`)
  return row
}

/** A step that was applied, and how. */
export interface AppliedStep {
  readonly plan: string
  readonly index: number
  readonly targetKey: string
  readonly endedAt: Date
  readonly outcome: Extract<StepOutcome, { kind: 'applied' }>
}

/** The plan’s applied steps, in order. */
export async function appliedSteps(db: Database, plan: string): Promise<readonly AppliedStep[]> {
  const rows = await db
    .selectFrom('plan_step')
    .select(['plan', 'index', 'target_key', 'ended_at', 'outcome'])
    .where('plan', '=', plan)
    .where('status', 'in', ['applied', 'done'])
    .orderBy('index')
    .execute()
  return rows.flatMap(appliedFrom)
}

/** Steps of other plans that were applied to the target after the moment, in order. */
export async function laterSteps(
  db: Database,
  since: { readonly plan: string; readonly targetKey: string; readonly after: Date },
): Promise<readonly AppliedStep[]> {
  const rows = await db
    .selectFrom('plan_step')
    .select(['plan', 'index', 'target_key', 'ended_at', 'outcome'])
    .where('target_key', '=', since.targetKey)
    .where('plan', '<>', since.plan)
    .where('status', 'in', ['applied', 'done'])
    .where('ended_at', '>', since.after)
    .orderBy('ended_at')
    .execute()
  return rows.flatMap(appliedFrom)
}

/** Whether a step of another plan has a permit for the target, and what came of it is not recorded yet. */
export async function isBeingChanged(
  db: Database,
  { plan, targetKey }: Pick<AppliedStep, 'plan' | 'targetKey'>,
): Promise<boolean> {
  const row = await db
    .selectFrom('permit')
    .innerJoin('plan_step', (join) =>
      join.onRef('plan_step.plan', '=', 'permit.plan').onRef('plan_step.index', '=', 'permit.step'),
    )
    .select('permit.id')
    .where('permit.target_key', '=', targetKey)
    .where('permit.plan', '<>', plan)
    .where('plan_step.ended_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

interface StepRow {
  readonly plan: string
  readonly index: number
  readonly target_key: string
  readonly ended_at: Date | null
  readonly outcome: unknown
}

function appliedFrom({ plan, index, target_key, ended_at, outcome }: StepRow): readonly AppliedStep[] {
  // Outcomes are written whole, when the step is closed.
  const ended = outcome as StepOutcome | null
  if (ended_at === null || ended?.kind !== 'applied') return []
  return [{ plan, index, targetKey: target_key, endedAt: ended_at, outcome: ended }]
}
