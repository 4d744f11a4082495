import { sleep } from '@temporalio/workflow'
import type { OpenedPlan } from '#domain/records'
import { reading } from './executor.ts'
import { records } from './records.ts'

/** A change is said to hold when it still holds after AWS has had time to forget it. Returns what does not hold. */
export async function verifyPlan(plan: string, { verifyAfterMs, rounds }: OpenedPlan): Promise<readonly string[]> {
  for (const [round, afterMs] of verifyAfterMs.entries()) {
    if (round < rounds) continue
    await sleepPositive(afterMs - (verifyAfterMs[round - 1] ?? 0))
    const results = await reading.verifyPlan({ plan })
    await records.recordVerification({ plan, round, results })
    const found = results.flatMap(({ discrepancies }) => discrepancies)
    if (found.length > 0) return found
  }
  return []
}

/** Looks once more when the watch is over: at the targets, and at what their principals did meanwhile. */
export async function watchPlan(
  plan: string,
  { verifyAfterMs, watchMs, principals, incident }: OpenedPlan,
): Promise<void> {
  if (watchMs === null) return
  await sleepPositive(watchMs)
  const results = await reading.verifyPlan({ plan })
  const lookups = principals.map((principal) =>
    reading.collectEvidence({ incident, kind: 'activityOf', question: { principal, hours: 1 } }),
  )
  await records.closeWatch({ plan, round: verifyAfterMs.length, results, activities: await Promise.all(lookups) })
}

async function sleepPositive(ms: number): Promise<void> {
  if (ms > 0) await sleep(ms)
}
