import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** One process, and no other that gets its number later. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the system's own words; only ever compared. */
  readonly started: string
}

const POLL_MS = 50

/** The process that has this number now; undefined when nothing runs under it. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether that very process still runs; one that has ended and was not reaped does not. */
export const isRunning = ({ pid, started }: ProcessIdentity): boolean => identify(pid)?.started === started

/** Signals that very process; false when it has ended. */
export function signalTo(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false
  try {
    return process.kill(identity.pid, signal)
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false
    throw error
  }
}

/** Waits for its end, at most so many milliseconds; true when it has ended. */
export async function hasEnded(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs
  while (isRunning(identity)) {
    if (Date.now() >= end) return false
    await sleep(POLL_MS)
  }
  return true
}

/** Its command line, as far as the system tells. */
export function commandOf(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : ps(pid, 'command')
  } catch {
    // It has just ended.
    return ''
  }
}

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

// After `)`: state is the 3rd field of the line, the start in ticks since boot the 22nd. Source: proc(5).
const STATE = 0
const START = 19

function startedOnLinux(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const hasDied = fields[STATE] === 'Z' || fields[STATE] === 'X'
  return hasDied ? undefined : `${bootId()} ${fields[START]}`
}

const bootId = (): string => (readIfThere('/proc/sys/kernel/random/boot_id') ?? '').trim()

function startedByPs(pid: number): string | undefined {
  try {
    return ps(pid, 'stat').startsWith('Z') ? undefined : ps(pid, 'lstart')
  } catch {
    // `ps` fails when there is no such process.
    return undefined
  }
}

const ps = (pid: number, field: string): string =>
  execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ESRCH')) return undefined
    throw error
  }
}
