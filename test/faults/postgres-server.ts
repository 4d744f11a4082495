import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from '#embedded/ports'
import { preparePostgres } from '#embedded/postgres'
import { serverFolder } from '#embedded/postgres-program'
import { createDatabase } from '#store/database/create-database'
import { familyOf } from '../support/process-family.ts'
import { keepFor } from '../support/servers.ts'

export interface PostgresServer {
  readonly port: number
  /** The owner’s address of the database of Cordon, at this port. */
  readonly urlAt: (port: number) => string
  /** The server’s main process and every process of a connection. */
  readonly pids: () => readonly number[]
  /** True when it takes connections, undefined while it does not. */
  readonly listens: () => Promise<true | undefined>
  readonly stop: () => Promise<void>
}

const NAME = 'cordon'

/** A Postgres that is started again whenever it is killed, as an operator’s would be. */
export async function startPostgresServer(folder: string): Promise<PostgresServer> {
  const port = await freePort()
  const password = randomBytes(16).toString('hex')
  const stop = keepFor('postgres', () => preparePostgres({ folder, port, password }), folder)
  const urlAt = (at: number): string => `postgres://postgres:${password}@127.0.0.1:${at}/${NAME}`
  await createDatabase(urlAt(port).replace(/\w+$/, 'postgres'), NAME)
  return {
    port,
    urlAt,
    listens: () => listens(port),
    pids: () => familyOf(mainPid(folder)).map(({ pid }) => pid),
    stop: async () => {
      await stop()
      rmSync(serverFolder(folder), { recursive: true, force: true })
    },
  }
}

const listens = (port: number): Promise<true | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(undefined))
    socket.once('connect', () => socket.destroy())
  })

function mainPid(folder: string): number {
  const members = JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8')) as readonly {
    readonly pid: number
  }[]
  const [main] = members
  if (main === undefined) throw new Error('Postgres does not run')
  return main.pid
}
