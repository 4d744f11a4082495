import type { WorkerStatus } from '@temporalio/worker'
import { describe, expect, it } from 'vitest'
import { createPolling } from '#worker/polling'

const worker = (changes: Partial<WorkerStatus> = {}) => ({
  // Only these are looked at.
  getStatus: () =>
    ({
      runState: 'RUNNING',
      workflowPollerState: 'POLLING',
      activityPollerState: 'SHUTDOWN',
      ...changes,
    }) as WorkerStatus,
})

describe('polling', () => {
  it('is well while every worker that is followed asks for work', async () => {
    const { follow, leave, checks } = createPolling()
    await expect(checks.polling()).rejects.toThrow('No worker runs')
    follow('one', worker())
    follow('two', worker({ workflowPollerState: 'SHUTDOWN', activityPollerState: 'POLLING' }))
    await expect(checks.polling()).resolves.toBeUndefined()
    follow('three', worker({ runState: 'DRAINING' }))
    await expect(checks.polling()).rejects.toThrow('The worker of three is DRAINING')
    leave('three')
    follow('four', worker({ activityPollerState: 'FAILED' }))
    await expect(checks.polling()).rejects.toThrow('The worker of four does not ask for work')
  })

  it('names bundles that are missing until they are back', async () => {
    const { missing, checks } = createPolling()
    missing(['abc'])
    await expect(checks.builds()).rejects.toThrow('abc')
    missing([])
    await expect(checks.builds()).resolves.toBeUndefined()
  })
})
