import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Launch } from './child.ts'

export interface TemporalServer {
  readonly program: string
  readonly port: number
  readonly namespace: string
  /** The file that keeps everything. */
  readonly database: string
}

/** The default reads each queue 20 times a second, 50 ms on every hop. Measured: docs/decisions. */
const DYNAMIC = {
  'history.transferProcessorMaxPollRPS': '2000',
  'history.timerProcessorMaxPollRPS': '2000',
  'history.visibilityProcessorMaxPollRPS': '200',
  'system.enableActivityEagerExecution': 'true',
}

const RETENTION = '2160h'
const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 200

/** How a server of our own is launched, with values that suit one machine. */
export function temporalLaunch({ program, port, namespace, database }: TemporalServer): Launch {
  mkdirSync(dirname(database), { recursive: true })
  const dynamic = Object.entries(DYNAMIC).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`])
  const file = [
    '--db-filename',
    database,
    '--sqlite-pragma',
    'journal_mode=WAL',
    '--sqlite-pragma',
    'synchronous=NORMAL',
  ]
  const place = ['--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace]
  return {
    command: program,
    args: ['server', 'start-dev', '--headless', '--log-level', 'error', ...place, ...file, ...dynamic],
    env: { GOGC: '400' },
  }
}

const run = promisify(execFile)

/** Waits until the server answers, and lets it keep histories for 90 days. Throws when it does not answer in a minute. */
export async function awaitTemporal({ program, port, namespace }: TemporalServer): Promise<void> {
  const update = ['operator', 'namespace', 'update', '--namespace', namespace, '--retention', RETENTION]
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      await run(program, [...update, '--address', `127.0.0.1:${port}`], { env: {} })
      return
    } catch (cause) {
      if (Date.now() > until) throw new Error('The Temporal server does not answer', { cause })
      await pause(LOOK_EVERY_MS)
    }
  }
}
