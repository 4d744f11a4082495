import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Launch } from './child.ts'
import { postgresProgram, serverFolder } from './postgres-program.ts'
import { readIfThere } from './private-file.ts'
import { commandOf, identify, type ProcessIdentity } from './process-identity.ts'
import { makeFolderFor, serverUser } from './server-user.ts'

export interface PostgresPlace {
  /** Of the home; the data is in it, unless root’s Postgres could not reach it there. */
  readonly folder: string
  readonly port: number
  readonly password: string
}

const OWNER_ONLY = 0o600
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '64MB',
  max_connections: '200',
}

/** Makes the data folder when there is none, and says how the server is launched. Throws with the cause when it cannot be. */
export function preparePostgres({ folder: wanted, port, password }: PostgresPlace): Launch {
  const user = serverUser()
  const folder = serverFolder(wanted)
  mkdirSync(folder, { recursive: true })
  const { file, environment } = postgresProgram(folder, user)
  const data = join(folder, 'data')
  makeFolderFor(data, user)
  const options = { cwd: '/', env: environment, ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) }
  if (!existsSync(join(data, 'PG_VERSION'))) initialise({ program: file('initdb'), folder, data, password }, options)
  if (runningIn(data) === undefined) rmSync(join(data, POSTMASTER), { force: true })
  const settings = Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  return {
    command: file('postgres'),
    args: ['-D', data, '-p', String(port), ...settings],
    // Fast: open transactions are undone, nothing is lost.
    stopSignal: 'SIGINT',
    ...options,
  }
}

interface Initialisation {
  readonly program: string
  readonly folder: string
  readonly data: string
  readonly password: string
}

interface RunOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly uid?: number
  readonly gid?: number
}

function initialise({ program, folder, data, password }: Initialisation, options: RunOptions): void {
  // An initialisation that was interrupted leaves half a folder.
  rmSync(data, { recursive: true })
  makeFolderFor(data, serverUser())
  const passwordFile = join(folder, 'initial-password')
  writeFileSync(passwordFile, `${password}\n`, { mode: OWNER_ONLY })
  if (options.uid !== undefined && options.gid !== undefined) chownSync(passwordFile, options.uid, options.gid)
  try {
    const args = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile]
    const { status, stderr, error } = spawnSync(program, [...args, '-E', 'UTF8', '--locale=C', '--data-checksums'], {
      ...options,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`Postgres could not make its data in ${data}: ${stderr || String(error)}`)
  } finally {
    rmSync(passwordFile)
  }
}

const POSTMASTER = 'postmaster.pid'

/** The server that an earlier start left on the data of this folder. */
export const leftServer = (folder: string): ProcessIdentity | undefined => runningIn(join(serverFolder(folder), 'data'))

/** Whatever process has the number in the file since then is no server of these data, and must not keep one from starting. */
function runningIn(data: string): ProcessIdentity | undefined {
  const pid = Number(readIfThere(join(data, POSTMASTER))?.split('\n')[0])
  return Number.isInteger(pid) && commandOf(pid).includes(`-D ${data} `) ? identify(pid) : undefined
}
