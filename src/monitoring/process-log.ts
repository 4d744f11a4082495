import { type Logger, pino } from 'pino'

/** The AWS SDK’s, once a process. */
const TOLD_BY_DOCTOR = 'NodeVersionSupportWarning'

/**
 * The log of a process: a line of JSON for each thing, with `time`, `level` and `part`. From here on whatever ends the process unseen, and
 * what Node warns of, is a line too.
 */
export function openProcessLog(part: string): Logger {
  const log = pino({
    base: { part, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  })
  const fail = (error: unknown): never => {
    log.fatal({ err: error }, 'The process failed and ends')
    return process.exit(1)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  // Node’s own listener writes plain text.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (!warning.message.startsWith(TOLD_BY_DOCTOR)) log.warn({ err: warning }, 'Node warns')
  })
  return log
}
