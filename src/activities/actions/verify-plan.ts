import { failure, failureCode, translateError } from '#activities/aws/translate-error'
import { entryOf } from '#domain/catalogue/erased'
import type { Plan, PlannedStep, StepVerification } from '#domain/plan'
import type { DeclaredCall } from '#domain/state'
import { targetText } from '#domain/targets'
import type { Database } from '#store/database/database'
import {
  type AppliedStep,
  accountPlace,
  appliedSteps,
  isBeingChanged,
  laterSteps,
  storedPlan,
} from '#store/plans/planned-steps'
import { doingOf } from './erased.ts'
import type { ReadDeps } from './observe-targets.ts'

/**
 * Reads every applied step of the plan back. What approved steps of other plans did to the same target since is theirs to answer for.
 * Throws only what may succeed later.
 */
export async function verifyPlan(deps: ReadDeps, hash: string): Promise<readonly StepVerification[]> {
  const plan = await storedPlan(deps.db, hash)
  const results: StepVerification[] = []
  for (const applied of await appliedSteps(deps.db, hash)) {
    const step = plan.steps[applied.index]
    if (step === undefined) continue
    results.push({ index: applied.index, discrepancies: await verifyStep(deps, { plan, step, applied }) })
  }
  return results
}

interface Verified {
  readonly plan: Plan
  readonly step: PlannedStep
  readonly applied: AppliedStep
}

async function verifyStep(deps: ReadDeps, verified: Verified): Promise<readonly string[]> {
  const { plan, step, applied } = verified
  const { account } = step.target
  try {
    const { partition, externalId } = await accountPlace(deps.db, account)
    const read = await deps.aws.read({ account, region: step.region, incident: plan.incident, partition, externalId })
    const ignored = await writtenSince(deps.db, step, applied)
    const calls = applied.outcome.calls.filter(({ change }) => !ignored.has(change.field))
    const expected = { before: step.before, calls, members: step.members }
    const found = await doingOf(step.action).verify({ read, target: step.target, expected, ignored })
    if (found.length > 0) await refuseWhileChanging(deps.db, verified, ignored)
    return found
  } catch (error) {
    return discrepancyOf(error, step)
  }
}

/** What an approved step does just now is no discrepancy: the look is repeated when its outcome is recorded. */
async function refuseWhileChanging(
  db: Database,
  { step, applied }: Verified,
  ignored: ReadonlySet<string>,
): Promise<void> {
  const isChanging = (await isBeingChanged(db, applied)) || (await writtenSince(db, step, applied)).size > ignored.size
  if (isChanging)
    throw failure('unavailable', `Another approved step changes ${targetText(step.target)} at this moment`)
}

/** Fields that later steps wrote, and members that they made. */
async function writtenSince(db: Database, step: PlannedStep, applied: AppliedStep): Promise<ReadonlySet<string>> {
  const { plan, targetKey, endedAt } = applied
  const written = new Set<string>()
  for (const later of await laterSteps(db, { plan, targetKey, after: endedAt })) {
    const { action } = (await storedPlan(db, later.plan)).steps[later.index] ?? {}
    for (const call of later.outcome.calls) written.add(action === step.action ? call.change.field : madeBy(call))
  }
  return written
}

const madeBy = ({ change: { after } }: DeclaredCall): string => (typeof after === 'string' ? after : '')

/** A contained principal that was deleted is contained; whatever else cannot be read cannot be said to hold. */
function discrepancyOf(error: unknown, { action }: PlannedStep): readonly string[] {
  const failed = translateError(error)
  if (!failed.nonRetryable) throw failed
  if (failureCode(failed) === 'target_gone' && entryOf(action).phase === 'contain') return []
  return [`It could not be read back: ${failed.message}`]
}
