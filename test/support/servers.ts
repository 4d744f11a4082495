import { join } from 'node:path'
import { pino } from 'pino'
import { keepRunning, type Launch } from '#embedded/child'
import { createRoster } from '#embedded/roster'

/** Runs a server for as long as the tests do, as `npm start` would; returns how it is stopped. */
export function keepFor(name: string, launch: () => Launch, folder: string): () => Promise<void> {
  const roster = createRoster(join(folder, 'processes.json'), () => undefined)
  const log = pino({ level: 'silent' })
  return keepRunning(name, launch, {
    roster,
    logs: join(folder, 'log'),
    log,
    children: [],
    signal: new AbortController().signal,
  }).stop
}
