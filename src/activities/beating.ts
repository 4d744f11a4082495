import { Context } from '@temporalio/activity'
import { failure } from './aws/translate-error.ts'

/** Several times within the ten seconds after which a silent activity counts as dead. */
const HEARTBEAT_MS = 2_500

/**
 * Runs an activity’s work with a heartbeat; the signal says that it is cancelled, timed out or to be shut down. What stops because its process
 * does was asked for by nobody: it fails as what is to be done again, so that no workflow takes it for cancelled.
 */
export async function beating<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const context = Context.current()
  const beats = setInterval(() => context.heartbeat(), HEARTBEAT_MS)
  try {
    return await work(context.cancellationSignal)
  } catch (error) {
    if (!context.cancellationSignal.aborted || context.cancellationDetails?.cancelRequested === true) throw error
    throw failure('unavailable', 'The process that did it is being stopped')
  } finally {
    clearInterval(beats)
  }
}
