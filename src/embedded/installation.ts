import { join } from 'node:path'
import type { Logger } from 'pino'
import type { StartConfig } from '#config'
import { seedDemo } from '#store/demo'
import { seedReal } from '#store/policy/first-policy'
import { type DemoAccounts, keepCredentials, loopbackAccounts, simulatedAccounts } from './accounts.ts'
import { type Child, type Keeping, keepRunning, runOnce } from './child.ts'
import { type StartedDatabase, startDatabase } from './database.ts'
import { type Home, keepKind, kindOf, openHome } from './home.ts'
import { takeLock } from './lock.ts'
import { activation, partLaunches, simulatorLaunch, type Wiring } from './parts.ts'
import { policySource } from './policy-source.ts'
import { isFree, keepPorts, monitored, type Ports } from './ports.ts'
import { awaitAnswer, awaitReady } from './readiness.ts'
import { type ReadyFacts, removeReady, writeReady } from './ready.ts'
import { readyText } from './ready-text.ts'
import { createRoster, endAll, leftBehind } from './roster.ts'
import { type StartedTemporal, startTemporal } from './scheduler.ts'
import { keepSecrets, type Secrets } from './secrets.ts'

export interface Installation {
  readonly stop: () => Promise<void>
}

export interface Surroundings {
  readonly say: (sentence: string) => void
  /** Aborted when the start is to be given up. */
  readonly signal: AbortSignal
  readonly openLog: (file: string) => Logger
}

/**
 * Starts everything in order: servers, accounts, Cordon’s processes; ends what an earlier start of the home left. Throws with a
 * sentence for people, after it has stopped what it had started.
 */
export async function startInstallation(config: StartConfig, around: Surroundings): Promise<Installation> {
  const kind = kindOf(config.aws)
  const policy = policySource(kind, config.policyFile)
  const home = openHome(config.home)
  keepKind(home, kind)
  const lock = takeLock(home.lock)
  const started: Child[] = []
  const stop = async () => {
    removeReady(home.ready)
    await stopInOrder(started)
    lock.release()
  }
  try {
    // What waits for something, wherever that is, need not hear of the end: nothing more is started after it.
    await Promise.race([start({ config, around, home, policy, started }), abortOf(around.signal)])
    return { stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })

/** Together less than the 15 s in which everything must have ended. */
const PARTS_PATIENCE_MS = 9000
const SERVERS_PATIENCE_MS = 4000

/** Servers last: the others write to them as they end. */
async function stopInOrder(started: readonly Child[]): Promise<void> {
  const isServer = ({ name }: Child): boolean => name === 'postgres' || name === 'temporal'
  await Promise.all(started.filter((child) => !isServer(child)).map((child) => child.stop(PARTS_PATIENCE_MS)))
  await Promise.all(started.filter(isServer).map((child) => child.stop(SERVERS_PATIENCE_MS)))
}

interface Starting {
  readonly config: StartConfig
  readonly around: Surroundings
  readonly home: Home
  readonly policy: string
  /** Filled as it goes, so that a failed start can be undone. */
  readonly started: Child[]
}

async function start({ config, around, home, policy, started }: Starting): Promise<void> {
  const { say, signal } = around
  await endAll(leftBehind(home.roster))
  removeReady(home.ready)
  if (!(await isFree(config.port)))
    throw new Error(
      `Port ${config.port} is in use: set CORDON_PORT to a free one, and CORDON_HOME if another Cordon has it.`,
    )
  const secrets = keepSecrets(home.secrets)
  const ports = await keepPorts(home.ports)
  let facts: ReadyFacts | undefined = undefined
  const roster = createRoster(home.roster, (members) => {
    if (facts !== undefined && !signal.aborted) writeReady(home.ready, facts, members)
  })
  const log = around.openLog(join(home.logs, 'supervisor.log'))
  const keeping: Keeping = { roster, logs: home.logs, log, children: started, signal }

  say('Starting Postgres and Temporal …')
  const [database, temporal] = await both(
    startDatabase({ config, home, secrets, port: ports.postgres, say }, keeping),
    startTemporal(
      { config, port: ports.temporal, metricsPort: ports['temporal-metrics'], database: home.temporal, say },
      keeping,
    ),
  )

  say('Starting Cordon …')
  const place = { config, home, secrets, ports, database, temporal }
  const demo = await openAccounts(place, keeping)
  await (demo === undefined
    ? seedReal(database.ownerUrl, policy)
    : seedDemo(database.ownerUrl, { tokens: tokensOf(secrets), accounts: demo.accounts, policySource: policy }))
  const wiring = wire(place, demo)
  const launches = partLaunches(wiring)
  for (const [name, launch] of Object.entries(launches)) keepRunning(name, () => launch, keeping)
  await runOnce('activate-build', activation(wiring), keeping)
  await awaitReady(`http://127.0.0.1:${config.port}`, signal)

  facts = factsOf(place, demo)
  writeReady(home.ready, facts, roster.list())
  say(readyText({ config, ready: home.ready, accounts: demo?.accounts }))
}

/** Both, or the first failure after both have ended: nothing is left half-started. */
async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<readonly [One, Other]> {
  await Promise.allSettled([one, other])
  return [await one, await other]
}

interface Place {
  readonly config: StartConfig
  readonly home: Home
  readonly secrets: Secrets
  readonly ports: Ports
  readonly database: StartedDatabase
  readonly temporal: StartedTemporal
}

const simulatorUrl = ({ ports }: Pick<Place, 'ports'>): string => `http://127.0.0.1:${ports.simulator}`

/** The accounts of a demo; undefined for real ones. */
async function openAccounts(place: Place, keeping: Keeping): Promise<DemoAccounts | undefined> {
  const { config, home, secrets, ports } = place
  if (config.aws.kind === 'real') return undefined
  if (config.aws.kind === 'loopback') return loopbackAccounts(config.aws, config.region)
  const launch = simulatorLaunch({
    port: ports.simulator,
    folder: home.simulator,
    intakeUrl: `http://127.0.0.1:${config.port}/api/findings`,
    intakeTokenFile: secrets.tokens.intake.file,
    controlTokenFile: secrets.control.file,
    common: config.environment.common,
  })
  keepRunning('simulator', () => launch, keeping)
  await awaitAnswer(`${simulatorUrl(place)}/_simulator/health`)
  return simulatedAccounts(home.simulator)
}

const tokensOf = ({ tokens }: Secrets) =>
  Object.fromEntries(Object.entries(tokens).map(([person, { text }]) => [person, text])) as Record<
    keyof Secrets['tokens'],
    string
  >

function wire({ config, home, secrets, ports, database, temporal }: Place, demo: DemoAccounts | undefined): Wiring {
  const isSimulated = config.aws.kind === 'simulated'
  const url = simulatorUrl({ ports })
  const file = (name: string) => join(home.secrets, `${name}-credentials.json`)
  return {
    databaseUrl: database.urlOf,
    temporal,
    port: config.port,
    publicUrl: config.publicUrl,
    builds: home.builds,
    runbooks: config.runbooks,
    gateSocket: home.gateSocket,
    gateSecretFile: secrets.gate.file,
    logKeyFile: secrets.logKey.file,
    hub: demo && {
      gate: keepCredentials(file('gate'), demo.gate),
      executor: keepCredentials(file('executor'), demo.executor),
      intake: keepCredentials(file('intake'), demo.intake),
    },
    awsEndpoint: config.aws.kind === 'simulated' ? url : config.aws.endpoint,
    simulator: isSimulated ? { url, controlTokenFile: secrets.control.file } : undefined,
    metricsPort: (part) => ports[`${part}-metrics`],
    environment: config.environment,
  }
}

function factsOf({ config, secrets, database, temporal, ports }: Place, demo: DemoAccounts | undefined): ReadyFacts {
  const { address, namespace } = temporal
  const shown = new URL(database.ownerUrl)
  if (demo === undefined) shown.password = ''
  const endpoint = config.aws.kind === 'simulated' ? simulatorUrl({ ports }) : config.aws.endpoint
  return {
    url: config.publicUrl,
    temporal: { address, namespace },
    database: shown.href,
    region: config.region,
    metrics: metricsOf(config.port, ports),
    demo: demo && { endpoint: endpoint ?? '', accounts: demo.accounts, tokens: tokensOf(secrets) },
  }
}

const metricsOf = (api: number, ports: Ports): ReadyFacts['metrics'] =>
  Object.fromEntries([
    ['api', metricsAt(api)],
    ...monitored.map((part) => [part, metricsAt(ports[`${part}-metrics`])] as const),
  ])

const metricsAt = (port: number): string => `http://127.0.0.1:${port}/metrics`
