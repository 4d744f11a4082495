import { proxyActivities } from '@temporalio/workflow'
import type { DeliveringActivities } from '#domain/delivering'
import { CORE_QUEUE } from '#domain/ids'

/** Effects on people. They end by themselves within twice the fail-over time; what is silent is tried again from the record. */
export const delivering = proxyActivities<DeliveringActivities>({
  taskQueue: CORE_QUEUE,
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})
