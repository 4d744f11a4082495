import { Context } from '@temporalio/activity'

/** Several times within the ten seconds after which a silent activity counts as dead. */
const HEARTBEAT_MS = 2_500

/** Runs an activity’s work with a heartbeat; the signal says that it is cancelled, timed out or to be shut down. */
export async function beating<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const context = Context.current()
  const beats = setInterval(() => context.heartbeat(), HEARTBEAT_MS)
  try {
    return await work(context.cancellationSignal)
  } finally {
    clearInterval(beats)
  }
}
