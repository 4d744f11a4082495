import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import type { Launch } from '#embedded/child'
import { freePort } from '#embedded/ports'
import { preparePostgres } from '#embedded/postgres'
import { serverFolder } from '#embedded/postgres-program'
import { createDatabase } from '#store/database/create-database'
import { migrate } from '#store/database/migrate'
import type { ProcessRole } from '#store/database/roles'
import { keepFor } from './servers.ts'

const TEMPLATE = 'cordon_template'
const ROLE_PASSWORD = 'test'
/** These data need not outlive the machine, and no test of this server cuts its power; the tests of faults have a server of their own, that keeps every commit. */
const FORGETFUL = ['fsync=off', 'full_page_writes=off'].flatMap((setting) => ['-c', setting])

export interface RunningServer {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** A Postgres of its own, with one migrated database that every test copies. */
export async function startPostgres(): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-test-postgres-'))
  const port = await freePort()
  const password = randomBytes(16).toString('hex')
  const place = { folder, port, password }
  const launch = (): Launch => {
    const prepared = preparePostgres(place)
    return { ...prepared, args: [...prepared.args, ...FORGETFUL] }
  }
  const stop = keepFor('postgres', launch, folder)
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const passwords = { api: '', worker: '', gate: '', executor: '', sealer: '', intake: '' }
  const all = Object.fromEntries(Object.keys(passwords).map((role) => [role, ROLE_PASSWORD])) as typeof passwords
  await migrate(await createDatabase(url, TEMPLATE), all)
  return {
    url,
    stop: async () => {
      await stop()
      rmSync(serverFolder(folder), { recursive: true, force: true })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface FreshDatabase {
  readonly ownerUrl: string
  /** The address for a process’s own role. */
  readonly urlOf: (role: ProcessRole) => string
  readonly drop: () => Promise<void>
}

/** A migrated database that no other test sees. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = inject('databaseUrl')
  const name = `test_${randomBytes(8).toString('hex')}`
  await ask(server, `create database ${name} template ${TEMPLATE}`)
  const at = (user?: string): string => {
    const url = new URL(server)
    url.pathname = `/${name}`
    if (user !== undefined) [url.username, url.password] = [user, ROLE_PASSWORD]
    return url.href
  }
  return {
    ownerUrl: at(),
    urlOf: (role) => at(`cordon_${role}`),
    drop: () => ask(server, `drop database ${name} with (force)`),
  }
}

const BUSY = '55006'

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    while ((await attempt(client, statement)) === 'busy');
  } finally {
    await client.end()
  }
}

async function attempt(client: pg.Client, statement: string): Promise<'done' | 'busy'> {
  try {
    await client.query(statement)
    return 'done'
  } catch (error) {
    // Another test copies the template at this moment.
    if (error instanceof Error && 'code' in error && error.code === BUSY) return 'busy'
    throw error
  }
}
