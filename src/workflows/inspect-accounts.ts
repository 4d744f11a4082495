import { ActivityFailure, proxyActivities, TimeoutFailure } from '@temporalio/workflow'
import type { AccountsInspection, ExecutorActivities } from '#domain/executor'
import { EXECUTOR_QUEUE } from '#domain/ids'

/** An executor that works takes a task at once; each look has its own time, and none is repeated: whoever asked is waiting. */
const { inspectHub, inspectAccount } = proxyActivities<ExecutorActivities>({
  taskQueue: EXECUTOR_QUEUE,
  scheduleToStartTimeout: '6 seconds',
  startToCloseTimeout: '15 seconds',
  heartbeatTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
})

/** Has the executor look at its identity and at every account, for the doctor. It changes nothing and stores nothing. */
export async function inspectAccounts(accounts: readonly string[]): Promise<AccountsInspection> {
  try {
    const hub = await inspectHub({})
    return { kind: 'seen', hub, accounts: await Promise.all(accounts.map((account) => inspectAccount({ account }))) }
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    return isUntaken(error) ? { kind: 'untaken' } : { kind: 'failed', reason: error.cause?.message ?? error.message }
  }
}

const isUntaken = ({ cause }: ActivityFailure): boolean =>
  cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START'
