import { proxyActivities } from '@temporalio/workflow'
import type { ExecutorActivities } from '#domain/executor'
import { EXECUTOR_QUEUE } from '#domain/ids'

const retry = { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' } as const

/** Effects that only read. */
export const reading = proxyActivities<ExecutorActivities>({
  taskQueue: EXECUTOR_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 seconds',
  retry,
})

/** Effects that change an account: cancelled only when they say so, so that no call lands after its end was recorded. */
export const changing = proxyActivities<ExecutorActivities>({
  taskQueue: EXECUTOR_QUEUE,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry,
})
