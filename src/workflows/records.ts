import { proxyLocalActivities } from '@temporalio/workflow'
import type { Records } from '#domain/records'

/** The record. Local activities: a hop to Postgres and no hop to Temporal. */
export const records: Records = proxyLocalActivities<Records>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '10 seconds' },
})
