import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Launch } from './child.ts'

export interface TemporalServer {
  readonly program: string
  readonly port: number
  /** Where it tells its metrics; any free one when it is left out. */
  readonly metricsPort?: number
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

const SERVER = ['server', 'start-dev', '--headless', '--log-level', 'error', '--log-format', 'json']

/** How a server of our own is launched, with values that suit one machine. */
export function temporalLaunch({ program, port, metricsPort, namespace, database }: TemporalServer): Launch {
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
  const metrics = metricsPort === undefined ? [] : ['--metrics-port', String(metricsPort)]
  return {
    command: program,
    args: [...SERVER, ...place, ...metrics, ...file, ...dynamic],
    // Otherwise it tells its maker about itself at each start and every day. Source: Temporal, frontend.enableServerVersionCheck.
    env: { GOGC: '400', TEMPORAL_VERSION_CHECK_DISABLED: '1' },
  }
}
