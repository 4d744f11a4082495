import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '#embedded/ports'
import { serverFolder } from '#embedded/postgres-program'
import { type ControlCaller, controlCaller } from '../support/simulator.ts'
import { builtTemporal } from '../support/temporal.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PATIENCE_MS = 120_000
const LOOK_EVERY_MS = 100

export interface Ready {
  readonly url: string
  readonly temporal: { readonly address: string; readonly namespace: string }
  readonly database: string
  readonly aws: {
    readonly endpoint: string
    readonly region: string
    readonly accounts: readonly {
      readonly id: string
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
    }[]
  }
  readonly tokens: Readonly<Record<string, string>>
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly metrics?: string }[]
}

/** One home, and what `npm start` runs for it. */
export interface Home {
  readonly folder: string
  readonly port: number
  /** Starts it and waits until it is ready. */
  readonly start: () => Promise<void>
  readonly ready: () => Ready
  readonly pidOf: (name: string) => number | undefined
  readonly supervisor: () => ChildProcess
  /** What the supervisor has printed. */
  readonly printed: () => string
  readonly cordon: (...words: readonly string[]) => Run
  readonly stop: () => Promise<void>
  readonly remove: () => void
}

export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Builds what is not built, as `npm start` does before it starts. */
export function prepare(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/prepare.mjs')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The build failed')
}

export async function newHome(
  folder = mkdtempSync(join(tmpdir(), 'cordon-home-')),
  surroundings: NodeJS.ProcessEnv = {},
  program = root,
): Promise<Home> {
  await builtTemporal()
  const port = await freePort()
  const env = { ...process.env, ...surroundings, CORDON_HOME: folder, CORDON_PORT: String(port) }
  let child: ChildProcess | undefined
  let text = ''
  const readyFile = join(folder, 'run', 'ready.json')
  const ready = (): Ready => JSON.parse(readFileSync(readyFile, 'utf8')) as Ready
  const supervisor = (): ChildProcess => {
    if (child === undefined) throw new Error('It was never started')
    return child
  }
  return {
    folder,
    port,
    ready,
    supervisor,
    printed: () => text,
    pidOf: (name) => ready().processes.find((one) => one.name === name)?.pid,
    async start() {
      text = ''
      child = spawn(process.execPath, [join(program, 'dist/embedded/start.js')], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (part: string) => (text += part))
      const { pid } = child
      await until(
        () => existsSync(readyFile) && text.includes('is ready'),
        () => {
          if (!isAlive(pid)) throw new Error(`It ended before it was ready:\n${text}`)
        },
      )
    },
    cordon: (...words) =>
      spawnSync(process.execPath, [join(program, 'dist/cli/main.js'), ...words], { env, encoding: 'utf8' }),
    async stop() {
      if (child === undefined || !isAlive(child.pid)) return
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
    remove() {
      rmSync(serverFolder(join(folder, 'postgres')), { recursive: true, force: true })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Steers the simulated accounts of a home that is ready. */
export const controlOf = ({ folder, ready }: Pick<Home, 'folder' | 'ready'>): ControlCaller =>
  controlCaller(ready().aws.endpoint, readFileSync(join(folder, 'secrets', 'control-token'), 'utf8').trim())

export async function until(
  isSo: () => boolean | Promise<boolean>,
  check: () => void = () => undefined,
): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    check()
    if (performance.now() > end) throw new Error(`It did not happen within ${PATIENCE_MS} ms`)
    await pause(LOOK_EVERY_MS)
  }
}

/** Whether a process runs; one that has ended and was not reaped does not. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
    const status = `/proc/${pid}/status`
    return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'))
  } catch {
    // There is none of that number.
    return false
  }
}

export async function isReady({ port }: Pick<Home, 'port'>): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok
  } catch {
    // Nobody listens yet.
    return false
  }
}
