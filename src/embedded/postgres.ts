import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Launch } from './child.ts'
import { dataFolder, postgresProgram } from './postgres-program.ts'
import { makeFolderFor, serverUser } from './server-user.ts'

export interface PostgresPlace {
  /** Of the home; the data is in it, unless root’s Postgres could not reach it there. */
  readonly folder: string
  /** Names the data outside of the home; the same for every start of the home. */
  readonly name: string
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
export function preparePostgres({ folder: wanted, name, port, password }: PostgresPlace): Launch {
  const user = serverUser()
  const folder = dataFolder(wanted, name, user)
  mkdirSync(folder, { recursive: true })
  const { file, environment } = postgresProgram(folder, user)
  const data = join(folder, 'data')
  makeFolderFor(data, user)
  const options = { cwd: '/', env: environment, ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) }
  if (!existsSync(join(data, 'PG_VERSION'))) initialise({ program: file('initdb'), folder, data, password }, options)
  forgetDead(data)
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

/** A number that some other process has got since would keep the server from starting. */
function forgetDead(data: string): void {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (!isPostgres(pid)) rmSync(file)
}

function isPostgres(pid: number): boolean {
  try {
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    // It has ended.
    return false
  }
}
