import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StartAws } from '#config'
import { readIfThere, writePrivately } from './private-file.ts'

/** Where everything of one installation is. */
export interface Home {
  readonly folder: string
  /** The same for every start of the home, and no other home’s. */
  readonly name: string
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

const OWNER_ONLY_FOLDER = 0o711
const NAME_LENGTH = 12

export function openHome(folder: string): Home {
  // Postgres may run as another user and must walk through.
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
  const name = createHash('sha256').update(folder).digest('hex').slice(0, NAME_LENGTH)
  const run = join(folder, 'run')
  return {
    folder,
    name,
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
    gateSocket: socketIn(run, name),
  }
}

/** The longest address of a local socket. Source: unix(7), sun_path; shorter on macOS. */
const LONGEST_SOCKET = 100

function socketIn(run: string, name: string): string {
  const socket = join(run, 'gate.sock')
  return socket.length <= LONGEST_SOCKET ? socket : join(tmpdir(), `cordon-${name}.sock`)
}

type Kind = 'demo' | 'real'

/** A home that was ever simulated stays so, and a real one never becomes a demo. Throws with what to do instead. */
export function keepKind({ folder }: Home, { kind }: StartAws): Kind {
  const file = join(folder, 'kind')
  const wanted: Kind = kind === 'real' ? 'real' : 'demo'
  const kept = readIfThere(file)?.trim()
  if (kept !== undefined && kept !== wanted)
    throw new Error(
      `The home ${folder} is ${kept === 'demo' ? 'a simulated one' : 'for real accounts'} and stays so: choose another CORDON_HOME for ${wanted === 'demo' ? 'simulated' : 'real'} accounts.`,
    )
  if (kept === undefined) writePrivately(file, `${wanted}\n`)
  return wanted
}
