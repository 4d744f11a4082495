import { sleep } from '@temporalio/workflow'
import { errorKinds, isErrorCode } from '#domain/errors'
import { endingOf, isShortfall, isUnderWay, type StepOutcome, statusAfter } from '#domain/plan'
import { changing } from './executor.ts'
import { records } from './records.ts'
import { verifyPlan, watchPlan } from './verify-plan.ts'

/**
 * Takes an approved plan to its end, one step at a time, and goes on from where an earlier run stopped.
 * That a step happens once is the gate’s promise, not this workflow’s: it may be started twice, killed or reset.
 */
export async function carryOutPlan(plan: string): Promise<void> {
  const opened = await records.openPlan({ plan })
  // Whoever starts this by hand before people have decided, or after the end, does nothing.
  if (!isUnderWay(opened.status)) return
  const shortfalls = [...(opened.shortfalls ?? [])]
  let { applied } = opened

  for (const step of opened.outstanding) {
    const outcome = await performStep(plan, step.index)
    await records.closeStep({ plan, step: step.index, outcome })
    if (outcome.kind === 'applied') applied += 1
    else if (isShortfall(step, outcome)) shortfalls.push(endingOf(outcome))
    else return records.closePlan({ plan, status: statusAfter(outcome, applied), reason: endingOf(outcome) })
  }

  if (opened.status !== 'done') {
    const discrepancies = [...shortfalls, ...(await verifyPlan(plan, opened))]
    await records.closePlan({
      plan,
      status: discrepancies.length === 0 ? 'done' : 'partial',
      reason: discrepancies[0] ?? null,
    })
    if (discrepancies.length > 0) return
  }
  await watchPlan(plan, opened)
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/** A refusal that time alone can lift (a freeze, a lock, a budget) is asked again until the gate says that run-by is over. */
async function performStep(plan: string, step: number): Promise<StepOutcome> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
    const outcome = await changing.performStep({ plan, step })
    if (outcome.kind !== 'refused' || !isErrorCode(outcome.code) || errorKinds[outcome.code].retry === 'never')
      return outcome
    await sleep(wait)
  }
}
