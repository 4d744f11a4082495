import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Roster } from './roster.ts'

/** How a process is started and asked to end. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly uid?: number
  readonly gid?: number
  readonly stopSignal?: NodeJS.Signals
}

/** A process that is kept running until it is stopped. */
export interface Child {
  readonly name: string
  /** Asks it to end; after so many milliseconds it is killed. */
  readonly stop: (patienceMs?: number) => Promise<void>
}

export interface Keeping {
  readonly roster: Roster
  /** Where each child writes what it has to say. */
  readonly logs: string
  readonly log: Logger
  /** Every child, as soon as it is started: what is to be stopped. */
  readonly children: Child[]
  /** Aborted when nothing more is to be started. */
  readonly signal: AbortSignal
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5000
/** A child that lived so long is not failing at its start. */
const SETTLED_MS = 30_000
const STOP_PATIENCE_MS = 5000
const OWNER_ONLY = 0o600

/** Starts the process, and again whenever it ends, at growing intervals; the reason goes to the log. Throws when it is too late to start. */
export function keepRunning(name: string, launch: () => Launch, keeping: Keeping): Child {
  const { roster, logs, log, children, signal } = keeping
  signal.throwIfAborted()
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  let stopSignal: NodeJS.Signals = 'SIGTERM'
  const kept = keep()
  const itself: Child = {
    name,
    async stop(patienceMs = STOP_PATIENCE_MS) {
      stopping.abort()
      if (child !== undefined) await end(child, stopSignal, patienceMs)
      await kept
    },
  }
  children.push(itself)
  return itself

  async function keep(): Promise<void> {
    for (let wait = FIRST_PAUSE_MS; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      const began = Date.now()
      // What cannot be started now, on a full disk for example, is tried again like what has ended.
      const reason = await runAndNote().catch((error: unknown) => String(error))
      child = undefined
      if (stopping.signal.aborted) return
      if (Date.now() - began > SETTLED_MS) wait = FIRST_PAUSE_MS
      log.warn({ ended: name, reason, log: logFile(logs, name) }, 'A part ended by itself; it is started again')
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  async function runAndNote(): Promise<string> {
    const launched = launch()
    stopSignal = launched.stopSignal ?? 'SIGTERM'
    child = start(name, launched, logs)
    const ended = endOf(child)
    try {
      roster.note(name, child.pid)
    } catch (error) {
      // Nobody would find it after a crash.
      child.kill('SIGKILL')
      await ended
      throw error
    }
    const reason = await ended
    roster.note(name, undefined)
    return reason
  }
}

/** Runs a process to its end; throws with what it is called and how it ended. */
export async function runOnce(name: string, launch: Launch, { logs, signal }: Keeping): Promise<void> {
  signal.throwIfAborted()
  const child = start(name, launch, logs)
  signal.addEventListener('abort', () => child.kill())
  const reason = await endOf(child)
  signal.throwIfAborted()
  if (reason !== 'exit 0') throw new Error(`${name} failed (${reason}): its log is ${logFile(logs, name)}`)
}

function start(name: string, { command, args, stopSignal: _, ...options }: Launch, logs: string): ChildProcess {
  const out = openLog(logs, name)
  try {
    // In a group of its own: a Ctrl-C in the terminal is for the supervisor, which ends its children in order.
    return spawn(command, args, { ...options, env: { ...options.env }, detached: true, stdio: ['ignore', out, out] })
  } finally {
    closeSync(out)
  }
}

const LARGEST_LOG_BYTES = 20_000_000

const logFile = (logs: string, name: string): string => join(logs, `${name}.log`)

/** Appends to the part’s log; one that has grown too large is set aside, and the one before it is forgotten. */
function openLog(logs: string, name: string): number {
  mkdirSync(logs, { recursive: true })
  const file = logFile(logs, name)
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`)
  return openSync(file, 'a', OWNER_ONLY)
}

async function endOf(child: ChildProcess): Promise<string> {
  if (child.exitCode !== null) return `exit ${child.exitCode}`
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal === null ? `exit ${code}` : `signal ${signal}`))
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const patience = new AbortController()
  const isLate = await Promise.race([
    ended.then(() => false),
    pause(patienceMs, true, { signal: patience.signal }).catch(() => false),
  ])
  patience.abort()
  if (!isLate) return
  child.kill('SIGKILL')
  await ended
}
