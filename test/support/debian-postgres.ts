import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#embedded/ports'
import { serverUser } from '#embedded/server-user'
import { createDatabase } from '#store/database/create-database'
import { keepFor } from './servers.ts'

const VERSIONS = '/usr/lib/postgresql'

/** The programs of the newest PostgreSQL that Debian installed; installs one when there is none. Throws when it cannot. */
export function postgresPrograms(): string {
  const found = newest()
  if (found !== undefined) return found
  for (const words of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'],
  ]) {
    const { status, stderr } = spawnSync('apt-get', words, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (status !== 0) throw new Error(`PostgreSQL is needed with its tools, and apt-get ${words[0]} failed: ${stderr}`)
  }
  const installed = newest()
  if (installed === undefined) throw new Error(`PostgreSQL was installed and is not in ${VERSIONS}`)
  return installed
}

function newest(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : []
  return versions
    .toSorted((one, other) => Number(other) - Number(one))
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'postgres')))
}

export interface DebianPostgres {
  /** Runs `pg_dump` and its like; throws with what it says. */
  readonly run: (program: string, ...words: readonly string[]) => void
  /** Makes an empty database; returns the address of its owner. */
  readonly create: (name: string) => Promise<string>
  /** The address of the server’s owner. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/** A server of an operator’s own. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const programs = postgresPrograms()
  const folder = mkdtempSync(join(tmpdir(), 'cordon-own-postgres-'))
  const user = serverUser()
  const data = join(folder, 'data')
  const password = join(folder, 'password')
  writeFileSync(password, 'owner-of-the-server')
  if (user !== undefined) for (const place of [folder, password]) chownSync(place, user.uid, user.gid)
  chmodSync(folder, 0o711)
  const as = { cwd: '/', ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) }
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' }
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'owner', '-A', 'scram-sha-256', '--pwfile', password, '-E', 'UTF8'],
    { ...as, env, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  const args = ['-D', data, '-p', String(port), ...settings]
  const stop = keepFor(
    'own-postgres',
    () => ({ command: join(programs, 'postgres'), args, env, ...as, stopSignal: 'SIGINT' }),
    folder,
  )
  const url = `postgres://owner:owner-of-the-server@127.0.0.1:${port}/postgres`
  return {
    url,
    create: (name) => createDatabase(url, name),
    run(program, ...words) {
      const { status, stderr } = spawnSync(join(programs, program), words, { encoding: 'utf8' })
      if (status !== 0) throw new Error(`${program} failed: ${stderr}`)
    },
    stop: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
