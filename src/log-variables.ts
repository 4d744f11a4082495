import { readFileSync } from 'node:fs'
import { type LogPlace, readLogPlace } from '#domain/logs/log-place'
import type { Source } from './environment.ts'

/** What the file of `CORDON_LOGS` says; undefined when there is none. What is wrong is told with every other problem. */
export function logsIn(from: Source): LogPlace | undefined {
  const file = from.optionalPath('CORDON_LOGS')
  if (file === undefined) return undefined
  try {
    const read = readLogPlace(JSON.parse(readFileSync(file, 'utf8')))
    if (read.kind === 'place') return read.place
    for (const problem of read.problems) from.wrong(`CORDON_LOGS, ${file}: ${problem}.`)
  } catch (error) {
    from.wrong(`CORDON_LOGS, ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return undefined
}
