import { openProcessLog } from '#monitoring/process-log'

const LINES = 5000

/** Says much in the log of a process, and then that it could go on, where somebody reads. */
export function main(): number {
  const log = openProcessLog('talkative')
  for (let line = 0; line < LINES; line++) log.info({ line }, 'There is much to say')
  process.stderr.write('it went on\n')
  return 0
}
