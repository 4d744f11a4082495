import { type NativeConnection, Worker } from '@temporalio/worker'
import type { DeliveringActivities } from '#domain/delivering'
import { CORE_QUEUE } from '#domain/ids'
import type { Polling } from './polling.ts'

const SHUTDOWN_GRACE = '5s'
/** Less than the supervisor waits. */
const SHUTDOWN_FORCE = '8s'
/** Levels at once, each with all of its people. */
const AT_ONCE = 50

export interface Delivering {
  readonly connection: NativeConnection
  readonly namespace: string
  readonly delivering: DeliveringActivities
  /** Hears that they are served. */
  readonly polling?: Polling
}

/** Brings pages to people until the signal. Throws when the worker failed. Never versioned: pages of every build are delivered here. */
export async function serveDeliveries(
  { connection, namespace, delivering, polling }: Delivering,
  signal: AbortSignal,
): Promise<void> {
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: CORE_QUEUE,
    activities: { ...delivering },
    maxConcurrentActivityTaskExecutions: AT_ONCE,
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
  })
  const stop = (): void => {
    if (worker.getState() === 'RUNNING') worker.shutdown()
  }
  const running = worker.run()
  polling?.follow('deliveries', worker)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  await running
}
