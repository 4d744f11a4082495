import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker } from '@temporalio/worker'
import { pino } from 'pino'
import { inject } from 'vitest'
import { createGateClient } from '#activities/ask-gate'
import { createAws } from '#activities/aws/clients'
import { openChannels } from '#activities/channels/index'
import { createDelivering } from '#activities/deliver-pages'
import { createExecutorActivities } from '#activities/executor'
import { createRecords } from '#activities/records'
import { type Api, buildApp } from '#api/app'
import { sweep } from '#api/sweeper'
import { type ChannelSettings, configuredChannels } from '#domain/channel-settings'
import { EXECUTOR_QUEUE } from '#domain/ids'
import { type LogPlace, logKindNames } from '#domain/logs/log-place'
import { freePort } from '#embedded/ports'
import { createGate } from '#gate/gate'
import { createMint } from '#gate/mint'
import { createGateServer } from '#gate/server'
import { activateBuild, registerBuild } from '#store/builds/builds'
import { connect, type Database } from '#store/database/database'
import { type DemoPerson, seedDemo } from '#store/demo'
import { sayLogSources } from '#store/investigations/log-sources'
import { lookAtAccounts } from '#temporal/inspect-accounts'
import { inspectTemporal } from '#temporal/inspect-temporal'
import { makeCurrent } from '#temporal/make-current'
import { createTemporal, type Temporal } from '#temporal/temporal'
import { keepBuild } from '#worker/builds'
import { bundleWorkflows } from '#worker/bundle-workflows'
import { logTemporal } from '#worker/log-temporal'
import { serveBuilds } from '#worker/serve-builds'
import { serveDeliveries } from '#worker/serve-deliveries'
import { quickPolicy } from '../support/demo-policy.ts'
import { madeOnce } from '../support/made-once.ts'
import { freshDatabase } from '../support/postgres.ts'
import { type RunningSimulator, startSimulator } from '../support/simulator.ts'
import { freshNamespace } from '../support/temporal.ts'
import { keepOrReplay } from './histories.ts'

/** Another production account than the one of drills. */
export const PAYMENTS = '444455556666'

/** The start of every link. */
export const PUBLIC_URL = 'http://localhost:7400'

const people = ['responder', 'approver1', 'approver2', 'auditor', 'admin', 'intake'] as const
const tokenOf = (who: DemoPerson): string => `token-of-${who}`
const log = pino({ level: process.env['CORDON_TEST_LOG'] ?? 'silent' })
logTemporal(log)

export interface Reply {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into the answers of every route
  readonly body: any
}

/** All of Cordon in one process, on a real Temporal namespace, a database and simulated accounts of its own. */
export interface World {
  readonly simulator: RunningSimulator
  readonly temporal: Temporal
  /** As the owner of the database. */
  readonly owner: Database
  readonly build: string
  readonly call: (method: 'GET' | 'POST' | 'DELETE', url: string, who: DemoPerson, body?: object) => Promise<Reply>
  /** Makes another build current: one with the runbooks of a folder. */
  readonly publish: (folder: string) => Promise<string>
  /** Starts and stops the parts that a test lets die. */
  readonly workers: {
    readonly stop: () => Promise<void>
    readonly start: () => Promise<void>
    /** Lets only the executor end. */
    readonly stopExecutor: () => Promise<void>
  }
  /** Goes over to another, empty Temporal namespace: everything that Temporal knew is lost. */
  readonly loseTemporal: () => Promise<void>
  /** Ends it, after every history that Temporal has of it was replayed. */
  readonly close: () => Promise<void>
}

export interface WorldOptions {
  /** Where the organisation’s logs are that Cordon is to read. */
  readonly logs?: LogPlace
  /** YAML of the policy. */
  readonly policy?: string
  /** Ways to people beside the console. */
  readonly channels?: ChannelSettings
}

const quickSweep = { lookEvery: 200, unhandled: 1000, compareEvery: 1000, lostAfter: 500, listLag: 500 }

const BUNDLE_FILE = 'workflows.js'
/** What the bundles of tests are made of. */
export const sources = {
  entry: fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
  conditions: ['cordon-source'],
} as const
/** The bundle that every world begins with, made once for all files. */
async function sourceBundle(): Promise<string> {
  const folder = await madeOnce('bundle', async (fresh) => {
    writeFileSync(join(fresh, BUNDLE_FILE), await bundleWorkflows(sources))
  })
  return readFileSync(join(folder, BUNDLE_FILE), 'utf8')
}

export async function openWorld({ policy = quickPolicy, channels = {}, logs }: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-world-'))
  const port = await freePort()
  const tokenFile = join(folder, 'intake-token')
  writeFileSync(tokenFile, tokenOf('intake'))
  const intake = { url: `http://127.0.0.1:${port}/api/findings`, tokenFile }
  const [database, simulator, code] = await Promise.all([freshDatabase(), startSimulator({ intake }), sourceBundle()])
  const { accounts } = simulator.identities
  await seedDemo(database.ownerUrl, {
    tokens: Object.fromEntries(people.map((person) => [person, tokenOf(person)])) as Record<DemoPerson, string>,
    accounts: accounts.map(({ id, name, environment, regions, externalId }) => ({
      id,
      name,
      environment: environment === 'production' ? 'production' : 'nonproduction',
      regions,
      externalId,
    })),
    policySource: policy,
  })
  const owner = connect(database.ownerUrl, 4)
  await sayLogSources(
    owner.db,
    logKindNames.filter((kind) => logs?.tables[kind] !== undefined),
  )
  const build = keepBuild(folder, code)
  await registerBuild(owner.db, { id: build, manifest: {} })
  const gate = await openGate(folder, { url: database.urlOf('gate'), simulator })
  const parts = { folder, port, build, database, simulator, gate, channels, logs }
  let place = await openPlace(parts)
  await activateBuild(owner.db, build)
  return {
    simulator,
    owner: owner.db,
    build,
    get temporal() {
      return place.temporal
    },
    call: (...asked) => call(place.app, ...asked),
    async publish(authored) {
      const index = join(folder, 'authored', 'index.js')
      const id = keepBuild(folder, await bundleWorkflows({ ...sources, authored: { folder: authored, index } }))
      await registerBuild(owner.db, { id, manifest: {} })
      await makeCurrent(place.temporal, id)
      await activateBuild(owner.db, id)
      return id
    },
    workers: {
      stop: () => place.stopWorkers(),
      start: () => place.startWorkers(),
      stopExecutor: () => place.stopExecutor(),
    },
    loseTemporal: async () => {
      await place.close()
      place = await openPlace(parts)
    },
    close: async () => {
      try {
        await keepOrReplay(place.temporal, code)
      } finally {
        await place.close()
        await gate.close()
        await owner.close()
        await simulator.stop()
        await database.drop()
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

interface Gate {
  readonly socket: string
  readonly secret: string
  readonly close: () => Promise<void>
}

async function openGate(
  folder: string,
  { url, simulator }: { url: string; simulator: RunningSimulator },
): Promise<Gate> {
  const { db, close } = connect(url, 4)
  const secret = randomBytes(16).toString('hex')
  const mint = createMint({ endpoint: simulator.endpoint, identity: simulator.identities.gate })
  const server = createGateServer({ gate: createGate({ db, mint, log }), secret, log })
  const socket = join(folder, 'gate.sock')
  await server.listen(socket)
  return {
    socket,
    secret,
    close: async () => {
      await server.close()
      await close()
    },
  }
}

interface Parts {
  readonly folder: string
  readonly port: number
  readonly build: string
  readonly database: Awaited<ReturnType<typeof freshDatabase>>
  readonly simulator: RunningSimulator
  readonly gate: Gate
  readonly channels: ChannelSettings
  readonly logs: LogPlace | undefined
}

/** Everything that talks to one Temporal namespace. */
async function openPlace(parts: Parts) {
  const { port, build, database, simulator } = parts
  const namespace = await freshNamespace()
  const at = { address: inject('temporalAddress'), namespace }
  const temporal = await createTemporal(at)
  const api = connect(database.urlOf('api'), 20)
  let workers = await startWorkers(parts, temporal)
  await makeCurrent(temporal, build)
  const app = await buildApp({
    db: api.db,
    workflows: temporal,
    inspector: {
      at,
      look: () => inspectTemporal(at),
      accounts: (asked) => lookAtAccounts(temporal, asked),
    },
    log,
    publicUrl: PUBLIC_URL,
    simulator: { url: simulator.endpoint, controlToken: simulator.controlToken },
    metricsShare: 1,
    consoleDir: null,
  })
  await app.listen({ host: '127.0.0.1', port })
  const stopping = new AbortController()
  const sweeping = sweep({ db: api.db, workflows: temporal, log, pace: quickSweep }, stopping.signal)
  return {
    app,
    temporal,
    stopWorkers: () => workers.stop(),
    stopExecutor: () => workers.stopExecutor(),
    startWorkers: async () => {
      workers = await startWorkers(parts, temporal)
    },
    close: async () => {
      stopping.abort()
      await sweeping
      await app.close()
      await workers.stop()
      await temporal.close()
      await api.close()
    },
  }
}

async function startWorkers({ folder, database, simulator, gate, channels, logs }: Parts, temporal: Temporal) {
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') })
  const worker = connect(database.urlOf('worker'), 8)
  const executor = connect(database.urlOf('executor'), 4)
  const configured = configuredChannels(channels)
  const records = createRecords({ db: worker.db, wakeIncident: temporal.wakeIncident, log, configured })
  const delivering = createDelivering({
    db: worker.db,
    configured,
    channels: openChannels(channels),
    publicUrl: PUBLIC_URL,
  })
  const stopping = new AbortController()
  const { namespace } = temporal
  const serving = serveBuilds({ db: worker.db, connection, namespace, builds: folder, records, log }, stopping.signal)
  const paging = serveDeliveries({ connection, namespace, delivering }, stopping.signal)
  const aws = createAws({ endpoint: simulator.endpoint, identity: simulator.identities.executor })
  const steps = await Worker.create({
    connection,
    namespace,
    taskQueue: EXECUTOR_QUEUE,
    activities: { ...createExecutorActivities({ db: executor.db, aws, gate: createGateClient(gate), log, logs }) },
    shutdownForceTime: '5s',
  })
  const stepping = steps.run()
  let isStopped = false
  const stopExecutor = async (): Promise<void> => {
    if (steps.getState() === 'RUNNING') steps.shutdown()
    await stepping
  }
  return {
    stopExecutor,
    stop: async () => {
      if (isStopped) return
      isStopped = true
      stopping.abort()
      await Promise.all([serving, paging, stopExecutor()])
      await connection.close()
      await worker.close()
      await executor.close()
    },
  }
}

async function call(
  app: Api,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  who: DemoPerson,
  body?: object,
): Promise<Reply> {
  const headers = { authorization: `Bearer ${tokenOf(who)}`, 'content-type': 'application/json' }
  const reply = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) })
  return { status: reply.statusCode, body: reply.json() }
}

const PATIENCE_MS = 45_000
const LOOK_EVERY_MS = 50

/** Waits until a look gives something; fails with what was last seen. */
export async function eventually<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    if (performance.now() > until) throw new Error(`It did not happen within ${PATIENCE_MS} ms: ${what}`)
    await pause(LOOK_EVERY_MS)
  }
}
