import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, isAlive } from '../../e2e/installation.ts'
import { familyOf } from '../../support/process-family.ts'
import { eventually } from './asking.ts'

export const parts = ['gate', 'executor', 'sealer', 'intake', 'worker', 'api'] as const
export type Part = (typeof parts)[number]

/** How the supervisor started a process. */
export interface Launched {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const textsIn = (file: string): readonly string[] => readFileSync(file, 'utf8').split('\0').slice(0, -1)

export function pidOf(home: Home, name: string): number {
  const pid = home.pidOf(name)
  if (pid === undefined) throw new Error(`${name} does not run`)
  return pid
}

/** As the system tells it of a process that runs. */
export function launchOf(home: Home, name: string): Launched {
  const pid = pidOf(home, name)
  const [command = '', ...args] = textsIn(`/proc/${pid}/cmdline`)
  const variables = textsIn(`/proc/${pid}/environ`).map((text) => text.split(/=(.*)/s, 2) as [string, string])
  return { command, args, env: Object.fromEntries(variables) }
}

export interface Running {
  readonly pid: number
  readonly log: string
  readonly end: (signal?: NodeJS.Signals) => Promise<void>
}

/** Starts a process beside those of the supervisor, with something else in its environment; its log is in the home. */
export function startBeside(
  home: Home,
  { command, args, env }: Launched,
  { name, more = {} }: { readonly name: string; readonly more?: Readonly<Record<string, string>> },
): Running {
  const log = join(home.folder, 'log', `${name}.log`)
  const out = openSync(log, 'a')
  const child = spawn(command, args, { env: { ...env, ...more }, stdio: ['ignore', out, out] })
  closeSync(out)
  return { pid: child.pid ?? 0, log, end: (signal = 'SIGTERM') => end(child, signal) }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, signal)
}

/** Stops a process and its children as they are; the answer lets them go on. */
export function suspend(pid: number): () => void {
  const family = familyOf(pid).map((member) => member.pid)
  signalAll(family, 'SIGSTOP')
  return () => signalAll(family.toReversed(), 'SIGCONT')
}

/** Kills a part while its supervisor is stopped too; the answer lets the supervisor start it again. */
export function killAndHoldBack(home: Home, name: string): () => void {
  const supervisor = home.supervisor().pid ?? 0
  process.kill(supervisor, 'SIGSTOP')
  process.kill(pidOf(home, name), 'SIGKILL')
  return () => void process.kill(supervisor, 'SIGCONT')
}

export const hasEnded = (pid: number) => eventually(`the end of process ${pid}`, async () => !isAlive(pid))
