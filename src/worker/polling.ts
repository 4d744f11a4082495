import type { Worker } from '@temporalio/worker'

/** The SDK’s workers of this process, and the builds that it cannot serve. */
export interface Polling {
  readonly follow: (name: string, worker: Pick<Worker, 'getStatus'>) => void
  readonly leave: (name: string) => void
  readonly missing: (builds: readonly string[]) => void
  /** `polling`: every worker asks for work; `builds`: every bundle that an incident needs is there. */
  readonly checks: Readonly<Record<'polling' | 'builds', () => Promise<void>>>
}

export function createPolling(): Polling {
  const workers = new Map<string, Pick<Worker, 'getStatus'>>()
  let unserved: readonly string[] = []
  return {
    follow: (name, worker) => void workers.set(name, worker),
    leave: (name) => void workers.delete(name),
    missing: (builds) => void (unserved = builds),
    checks: {
      polling: async () => {
        if (workers.size === 0) throw new Error('No worker runs')
        for (const [name, worker] of workers) assertPolls(name, worker)
      },
      builds: async () => {
        if (unserved.length > 0) throw new Error(`Bundles are missing, bring them back: ${unserved.join(', ')}`)
      },
    },
  }
}

function assertPolls(name: string, worker: Pick<Worker, 'getStatus'>): void {
  const { runState, workflowPollerState, activityPollerState } = worker.getStatus()
  const pollers = [workflowPollerState, activityPollerState]
  if (runState !== 'RUNNING') throw new Error(`The worker of ${name} is ${runState}`)
  if (pollers.includes('FAILED') || !pollers.includes('POLLING'))
    throw new Error(`The worker of ${name} does not ask for work: its pollers are ${pollers.join(' and ')}`)
}
