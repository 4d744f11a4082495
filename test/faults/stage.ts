import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endAll, leftBehind } from '#embedded/roster'
import { controlOf, type Home, isAlive, isReady, newHome, type Ready } from '../e2e/installation.ts'
import { quickPolicy } from '../support/demo-policy.ts'
import type { ControlCaller } from '../support/simulator.ts'
import { until } from '../support/until.ts'
import { startWebhookReceiver } from '../support/webhook-receiver.ts'
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts'
import { type PostgresServer, startPostgresServer } from './postgres-server.ts'
import { emptyRecord } from './record.ts'
import type { FaultRun, ReceivedPage } from './run.ts'

/** What can be killed. The simulated accounts are not Cordon’s and live on, as AWS would. */
export const victims = [
  'api',
  'worker',
  'gate',
  'executor',
  'sealer',
  'temporal',
  'postgres',
  'supervisor',
  'everything',
] as const
export type Victim = (typeof victims)[number]

/** An installation under `npm start`, whose database and accounts can hold what is to be held. */
export interface Stage {
  readonly home: Home
  /** What `ready.json` said when it was ready first; tokens and addresses stay. */
  readonly facts: Ready
  readonly proxy: PostgresProxy
  readonly simulator: ControlCaller
  /** The owner’s address of the database, past the proxy. */
  readonly databaseUrl: string
  readonly pages: readonly ReceivedPage[]
  /** Milliseconds since 1970 at which the run began that is going on. */
  readonly since: () => number
  /** The simulated accounts as every run finds them. */
  readonly stateBefore: FaultRun['state']
  /** Puts record and accounts back to where nothing has happened yet; for when nothing runs. */
  readonly beginAnew: () => Promise<void>
  /** Kills with -9 and waits until it is dead. */
  readonly kill: (victim: Victim) => Promise<void>
  /** Waits until everything runs again; starts the supervisor, when that was killed, as a person would. */
  readonly comeBack: () => Promise<void>
  /** The last lines of every part’s log. */
  readonly logs: () => string
  readonly stop: () => Promise<void>
}

const PATIENCE_MS = 180_000
const SECRET = `whsec_${Buffer.from('a secret of this test').toString('base64')}`

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-faults-'))
  const policy = join(folder, 'policy.yaml')
  writeFileSync(policy, quickPolicy)
  const postgres = await startPostgresServer(mkdirIn(folder, 'postgres'))
  const proxy = await startPostgresProxy(postgres.port)
  const received: ReceivedPage[] = []
  const hook = await startWebhookReceiver(({ headers, body }) => {
    const webhookId = String(headers['webhook-id'])
    received.push({ webhookId, body: JSON.parse(body) as unknown, at: new Date().toISOString() })
    return 200
  })
  const home = await newHome(join(folder, 'home'), {
    DATABASE_URL: postgres.urlAt(proxy.port),
    CORDON_POLICY: policy,
    CORDON_WEBHOOK_URL: hook.url,
    CORDON_WEBHOOK_SECRET: SECRET,
  })
  await home.start()
  const facts = home.ready()
  const simulator = controlOf(home)
  const databaseUrl = postgres.urlAt(postgres.port)
  // Sessions belong to processes that go on.
  const { session: _, ...accounts } = await stateOf(simulator)
  let since = Date.now()
  return {
    home,
    facts,
    proxy,
    simulator,
    databaseUrl,
    pages: received,
    since: () => since,
    stateBefore: accounts,
    async beginAnew() {
      await emptyRecord(databaseUrl)
      const { session: _sessions, ...now } = await stateOf(simulator)
      const nothing = Object.fromEntries(Object.keys(now).map((table) => [table, {}]))
      await simulator('POST', 'state', { ...nothing, ...accounts })
      await simulator('DELETE', 'faults')
      received.length = 0
      proxy.countAnew()
      since = Date.now()
    },
    ...createKilling(home, postgres),
    logs: () => tailOfLogs(home.folder),
    stop: async () => {
      await home.stop()
      // A supervisor that was killed leaves its parts running.
      await endAll(leftBehind(join(home.folder, 'run', 'processes.json')))
      await proxy.stop()
      await postgres.stop()
      await hook.stop()
      home.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function stateOf(simulator: ControlCaller): Promise<FaultRun['state']> {
  const { state } = (await simulator('GET', 'state')) as Pick<FaultRun, 'state'>
  return state
}

function mkdirIn(folder: string, name: string): string {
  const made = join(folder, name)
  mkdirSync(made)
  return made
}

function createKilling(home: Home, postgres: PostgresServer): Pick<Stage, 'kill' | 'comeBack'> {
  const partsOf = (): readonly number[] =>
    home
      .ready()
      .processes.filter(({ name }) => name !== 'simulator')
      .map(({ pid }) => pid)
  const supervisorPid = (): number => home.supervisor().pid ?? Number.NaN
  const pidsOf = (victim: Victim): readonly number[] => {
    if (victim === 'postgres') return postgres.pids()
    if (victim === 'supervisor') return [supervisorPid()]
    // The supervisor first: it must not see the others fall.
    if (victim === 'everything') return [supervisorPid(), ...partsOf(), ...postgres.pids()]
    return [home.pidOf(victim) ?? Number.NaN].filter(Number.isFinite)
  }
  return {
    async kill(victim) {
      const pids = await until(
        `${victim} runs`,
        async () => {
          const found = pidsOf(victim)
          return found.length > 0 ? found : undefined
        },
        PATIENCE_MS,
      )
      for (const pid of pids) killed(pid)
      await until(`${victim} is dead`, async () => (pids.some(isAlive) ? undefined : true), PATIENCE_MS)
    },
    async comeBack() {
      // Whoever types `npm start` has seen that the database server is up again, though it may still be at its recovery.
      await until('Postgres listens', postgres.listens, PATIENCE_MS)
      if (!isAlive(home.supervisor().pid)) await home.start()
      await until('everything is ready', async () => ((await isWhole(home)) ? true : undefined), PATIENCE_MS)
    },
  }
}

const isWhole = async (home: Home): Promise<boolean> => {
  const names = ['temporal', 'simulator', 'gate', 'executor', 'sealer', 'intake', 'worker', 'api']
  return names.every((name) => isAlive(home.pidOf(name))) && (await isReady(home))
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // A connection’s process of Postgres may have ended by itself since it was listed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

const PARTS = ['supervisor', 'api', 'worker', 'gate', 'executor', 'sealer', 'intake', 'temporal', 'simulator']
const LINES = 25

const tailOfLogs = (folder: string): string =>
  PARTS.map((part) => {
    const text = readFileSync(join(folder, 'log', `${part}.log`), 'utf8')
    return `── ${part}\n${text.trimEnd().split('\n').slice(-LINES).join('\n')}`
  }).join('\n')
