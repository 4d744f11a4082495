import type { Logger } from 'pino'

/** Is aborted when the process is asked to end, which its log tells; or earlier, by whoever has nothing left to do. */
export function askedToEnd(log: Logger): AbortController {
  const stopping = new AbortController()
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'Stopping')
    stopping.abort()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  return stopping
}
