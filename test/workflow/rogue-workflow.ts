import { proxyActivities } from '@temporalio/workflow'
import type { ExecutorActivities } from '#domain/executor'

/** What somebody with access to Temporal would run: it asks the executor for a step that nobody approved. */
export async function askTheExecutor(queue: string, plan: string): Promise<unknown> {
  const { performStep } = proxyActivities<ExecutorActivities>({
    taskQueue: queue,
    startToCloseTimeout: '30 seconds',
    retry: { maximumAttempts: 1 },
  })
  return performStep({ plan, step: 0 })
}
