import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import pg from 'pg'
import type { CallRow } from '#simulator/calls'
import { controlOf, type Home, newHome, prepare } from '../e2e/installation.ts'
import { ask } from '../support/ask.ts'
import { demoPolicy } from '../support/demo-policy.ts'
import { benchPolicy } from './bench-policy.ts'
import { cpuSeconds, memoryMib } from './processes.ts'
import type { Call } from './responders.ts'
import { ACCOUNT, makeVictims, type Victim } from './victims.ts'

/** A running installation of real processes, with what a bench looks at. */
export interface MeasuredHome {
  readonly home: Home
  /** As the owner of the database. */
  readonly database: pg.Pool
  readonly temporal: Client
  readonly call: Call
  readonly makeVictims: (count: number) => Promise<readonly Victim[]>
  /** Requests that reached the simulated accounts. */
  readonly awsCalls: (query: string) => Promise<readonly CallRow[]>
  /** Seconds that all processes have computed until now. */
  readonly cpu: () => number
  /** The same, process by process. */
  readonly cpuByPart: () => Readonly<Record<string, number>>
  /** MiB of all processes now. */
  readonly memory: () => number
  /** The same, process by process. */
  readonly memoryByPart: () => Readonly<Record<string, number>>
  readonly close: () => Promise<void>
}

const CONNECTIONS = 8

export async function openHome(surroundings: NodeJS.ProcessEnv = {}): Promise<MeasuredHome> {
  prepare()
  const folder = mkdtempSync(join(tmpdir(), 'cordon-bench-'))
  const policyFile = join(folder, 'bench-policy.yaml')
  writeFileSync(policyFile, benchPolicy(demoPolicy))
  const home = await newHome(folder, { ...surroundings, CORDON_POLICY: policyFile })
  await home.start()
  return measure(home)
}

async function measure(home: Home): Promise<MeasuredHome> {
  const { url, database, temporal, tokens, aws } = home.ready()
  const pool = new pg.Pool({ connectionString: database, max: CONNECTIONS })
  const connection = await Connection.connect({ address: temporal.address })
  const control = controlOf(home)
  const pids = (): readonly number[] => home.ready().processes.map(({ pid }) => pid)
  const byPart = (figure: (roots: readonly number[]) => number): Readonly<Record<string, number>> =>
    Object.fromEntries(home.ready().processes.map(({ name, pid }) => [name, figure([pid])]))
  return {
    home,
    database: pool,
    temporal: new Client({ connection, namespace: temporal.namespace }),
    call: async (path, as, body) => ask({ url, token: tokens[as] }, path, body),
    makeVictims: (count) => {
      const credentials = aws.accounts.find(({ id }) => id === ACCOUNT)?.credentials
      if (credentials === undefined) throw new Error(`There is no account ${ACCOUNT}`)
      return makeVictims({ endpoint: aws.endpoint, credentials }, count)
    },
    async awsCalls(query) {
      return ((await control('GET', `calls?${query}`)) as { readonly calls: readonly CallRow[] }).calls
    },
    cpu: () => cpuSeconds(pids()),
    cpuByPart: () => byPart(cpuSeconds),
    memory: () => memoryMib(pids()),
    memoryByPart: () => byPart(memoryMib),
    async close() {
      await pool.end()
      await connection.close()
      await home.stop()
      home.remove()
    },
  }
}
