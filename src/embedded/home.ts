import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StartAws } from '#config'
import { readIfThere, writePrivately } from './private-file.ts'

/** Where everything of one installation is. */
export interface Home {
  readonly folder: string
  readonly lock: string
  readonly roster: string
  readonly ready: string
  readonly ports: string
  readonly secrets: string
  readonly logs: string
  readonly builds: string
  readonly postgres: string
  readonly temporal: string
  readonly simulator: string
  readonly gateSocket: string
}

/** Postgres may run as another user and must walk through. */
const PASSABLE = 0o711
const OWNER_ONLY = 0o700

export function openHome(folder: string): Home {
  mkdirSync(folder, { recursive: true, mode: PASSABLE })
  const run = join(folder, 'run')
  return {
    folder,
    lock: join(run, 'supervisor.lock'),
    roster: join(run, 'processes.json'),
    ready: join(run, 'ready.json'),
    ports: join(run, 'ports.json'),
    secrets: join(folder, 'secrets'),
    logs: join(folder, 'log'),
    builds: join(folder, 'builds'),
    postgres: join(folder, 'postgres'),
    temporal: join(folder, 'temporal', 'temporal.db'),
    simulator: join(folder, 'simulator'),
    gateSocket: socketIn(run),
  }
}

const SOCKET = 'gate.sock'
/** The longest address of a local socket. Source: unix(7), sun_path; shorter on macOS. */
const LONGEST_SOCKET = 100

const NAME_LENGTH = 12

/** In the home, or in a short folder that only its owner opens. */
function socketIn(run: string): string {
  const socket = join(run, SOCKET)
  if (socket.length <= LONGEST_SOCKET) return socket
  const name = createHash('sha256').update(run).digest('hex').slice(0, NAME_LENGTH)
  const folder = join(tmpdir(), `cordon-${name}`)
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY })
  if (process.getuid !== undefined && lstatSync(folder).uid !== process.getuid())
    throw new Error(`${folder} belongs to somebody else: choose a CORDON_HOME with a shorter path.`)
  return join(folder, SOCKET)
}

export type Kind = 'demo' | 'real'

/** What a home for these accounts is. */
export const kindOf = ({ kind }: StartAws): Kind => (kind === 'real' ? 'real' : 'demo')

/** A home that was ever simulated stays so, and a real one never becomes a demo. Throws with what to do instead. */
export function keepKind({ folder }: Pick<Home, 'folder'>, wanted: Kind): void {
  const file = join(folder, 'kind')
  const kept = readIfThere(file)?.trim()
  if (kept !== undefined && kept !== wanted)
    throw new Error(
      `The home ${folder} is ${kept === 'demo' ? 'a simulated one' : 'for real accounts'} and stays so: choose another CORDON_HOME for ${wanted === 'demo' ? 'simulated' : 'real'} accounts.`,
    )
  if (kept === undefined) writePrivately(file, `${wanted}\n`)
}
