import { writeSync } from 'node:fs'
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'

/** The AWS SDK’s, once a process. */
const TOLD_BY_DOCTOR = 'NodeVersionSupportWarning'

/** A line of JSON for each thing, with `time`, `level` and `part`. */
const options = (part: string): LoggerOptions => ({
  base: { part, pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level) => ({ level }) },
})

/** The same in a file of its own, for a process that speaks to people. */
export const openLogFile = (part: string, file: string): Logger =>
  pino(options(part), pino.destination({ dest: file, mkdir: true, append: true }))

const STANDARD_OUTPUT = 1

/**
 * A full disk costs lines of the log, never the process that has something to say: pino’s own destination keeps what cannot be written, and
 * waits for space when the process ends.
 */
const unstoppable: DestinationStream = {
  write(line) {
    try {
      writeSync(STANDARD_OUTPUT, line)
    } catch {
      // There is nowhere to tell it.
    }
  },
}

/** The log of a process. From here on whatever ends the process unseen, and what Node warns of, is a line of it too. */
export function openProcessLog(part: string): Logger {
  const log = pino(options(part), unstoppable)
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
