import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { readStartConfig } from '#config'
import { keepCredentials, simulatedAccounts } from '#embedded/accounts'
import { type Child, keepRunning, type Launch, runOnce } from '#embedded/child'
import { freePort } from '#embedded/ports'
import { preparePostgres } from '#embedded/postgres'
import { serverFolder } from '#embedded/postgres-program'
import { awaitAnswer } from '#embedded/readiness'
import { createRoster } from '#embedded/roster'
import { temporalProgram } from '#embedded/temporal-program'
import { connect } from '#store/database/database'
import { type DemoPerson, seedDemo } from '#store/demo'
import { applyPolicy } from '#store/policy/policy-apply'
import { prepare, until } from '../e2e/installation.ts'
import { isJob, readCompose, root, type Service } from '../support/compose.ts'
import { demoPolicy } from '../support/demo-policy.ts'
import { fullServer } from '../support/temporal-server.ts'
import { bringPrograms, type Container, createContainer, makeVolumes, type Place } from './container.ts'
import { makeImage } from './image.ts'

const ROOT = 0
const EVERYBODY_MAY_WALK = 0o711
const EVERYBODY_MAY_RUN = 0o755
const JOB_ATTEMPTS = 10
const LOOK_EVERY_MS = 200
/** The simulated accounts are no part of docker-compose.yml: they are another user's. */
const SIMULATOR_USER = { uid: 64_130, gid: 64_130 }
const people: readonly DemoPerson[] = ['responder', 'approver1', 'approver2', 'auditor', 'admin', 'intake']

/** docker-compose.yml, running here without containers, with simulated accounts and the people of the demo. */
export interface Layout {
  readonly folder: string
  readonly url: string
  readonly ownerUrl: string
  readonly aws: { readonly endpoint: string; readonly administrator: (account: string) => Credentials }
  readonly tokens: Readonly<Record<DemoPerson, string>>
  readonly containers: () => readonly Container[]
  readonly pidOf: (container: string) => number
  /** Kills its process, which stays away until it is started again. */
  readonly kill: (container: string) => Promise<void>
  readonly start: (container: string) => Promise<void>
  /** Lets so many containers of a service run, as `docker compose up --scale` does. */
  readonly scale: (service: string, count: number) => Promise<void>
  /** Whether the health check of docker-compose.yml passes. */
  readonly isHealthy: (container: string) => Promise<boolean>
  /** The command of Cordon, as the responder with both approvers. */
  readonly cordon: (...words: readonly string[]) => ChildProcess
  /** The last warnings and errors of every container, for a test that fails. */
  readonly complaints: () => string
  readonly stop: () => Promise<void>
}

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Everything of docker-compose.yml in its order, but for the page of Temporal, which is only looked at. The demo's policy may be changed. */
export async function startLayout(change: (policy: string) => string = (policy) => policy): Promise<Layout> {
  if (process.getuid?.() !== ROOT)
    throw new Error(
      'Each process of the layout runs as a user of its own, which only root can start: run this as root.',
    )
  prepare()
  const folder = mkdtempSync(join(tmpdir(), 'cordon-layout-'))
  chmodSync(folder, EVERYBODY_MAY_WALK)
  const running = createRunning(folder)
  try {
    return await start(folder, running, change(demoPolicy))
  } catch (error) {
    await running.stopAll()
    throw new Error(`The layout did not start; its logs are in ${join(folder, 'log')}`, { cause: error })
  }
}

async function start(folder: string, running: Running, policySource: string): Promise<Layout> {
  const place = await prepareHost(folder, running)
  const { ports, compose } = place
  const url = `http://127.0.0.1:${ports.api}`
  const ownerUrl = await startPostgres(place, running)
  const containers = new Map<string, Container>()
  const startContainer = async (service: Service, number: number): Promise<void> => {
    const container = await createContainer(place, service, number)
    containers.set(container.name, container)
    if (isJob(service)) await runJob(container, running)
    else running.keep(container.name, container.launch)
    if (service.name === 'temporal') await until(() => isListening(ports.temporal))
  }
  const tokens = Object.fromEntries(
    people.map((person) => [person, `${person}-${Math.random().toString(36).slice(2)}`]),
  ) as Record<DemoPerson, string>
  for (const service of inOrder(compose.services)) {
    if (service.name === 'postgres' || service.name === 'temporal-ui') continue
    for (let number = 1; number <= service.replicas; number++) await startContainer(service, number)
    if (service.name === 'prepare-database') await addDemo({ folder, ownerUrl, tokens, policySource })
  }
  await awaitAnswer(`${url}/readyz`)

  const find = (name: string): Container => {
    const container = containers.get(name)
    if (container === undefined) throw new Error(`There is no container ${name}`)
    return container
  }
  const layout: Layout = {
    folder,
    url,
    ownerUrl,
    tokens,
    aws: {
      endpoint: place.changes['gate']?.['AWS_ENDPOINT_URL'] ?? '',
      administrator: (account) => {
        const known = simulatedAccounts(join(folder, 'simulator')).accounts.find(({ id }) => id === account)
        if (known === undefined) throw new Error(`There is no account ${account}`)
        return known.credentials
      },
    },
    containers: () => [...containers.values()],
    pidOf: running.pidOf,
    kill: running.kill,
    start: async (name) => {
      running.keep(name, find(name).launch)
    },
    async scale(name, count) {
      const service = compose.services.find((one) => one.name === name)
      if (service === undefined) throw new Error(`There is no service ${name}`)
      const there = [...containers.values()].filter((one) => one.service.name === name)
      for (const one of there.slice(count)) {
        await running.stop(one.name)
        containers.delete(one.name)
      }
      for (let number = there.length + 1; number <= count; number++)
        await startContainer({ ...service, replicas: count }, number)
    },
    isHealthy: async (name) => {
      const { health } = find(name)
      if (health === undefined) throw new Error(`${name} has no health check`)
      return spawnSync(health.command, health.args, spawnOptions(health)).status === 0
    },
    cordon: (...words) =>
      spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...words], {
        env: {
          ...process.env,
          CORDON_URL: url,
          CORDON_TOKEN: tokens.responder,
          CORDON_TOKEN_APPROVER1: tokens.approver1,
          CORDON_TOKEN_APPROVER2: tokens.approver2,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    complaints: () => [...containers.keys()].map((name) => complaintsIn(join(folder, 'log', `${name}.log`))).join(''),
    async stop() {
      await running.stopAll()
      rmSync(serverFolder(join(folder, 'postgres')), { recursive: true, force: true })
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return layout
}

const COMPLAINTS = 3
const LONGEST_COMPLAINT = 1000

/** Lines of a log in JSON from level 40 on, and those that are none. */
function complaintsIn(file: string): string {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const last = lines.filter((line) => !/"level":("info"|"warn"|[123]0)/.test(line)).slice(-COMPLAINTS)
  return last.map((line) => `${file}: ${line.slice(0, LONGEST_COMPLAINT)}\n`).join('')
}

const spawnOptions = ({ env, uid, gid, cwd }: Launch) => ({
  env: { ...env },
  ...(uid === undefined ? {} : { uid }),
  ...(gid === undefined ? {} : { gid }),
  ...(cwd === undefined ? {} : { cwd }),
})

/** The image, its secrets and volumes, the programs that other images bring, and the simulated accounts. */
async function prepareHost(folder: string, running: Running): Promise<Place> {
  const image = makeImage(join(folder, 'image'))
  const ports = { postgres: await freePort(), temporal: await freePort(), api: await freePort() }
  const url = `http://127.0.0.1:${ports.api}`
  const compose = readCompose({ CORDON_PUBLIC_URL: url })
  const secrets = join(folder, 'secrets')
  const made = spawnSync('sh', [join(root, 'deploy/make-secrets.sh'), secrets], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`The secrets could not be made: ${made.stderr}`)
  const simulator = await startSimulator({ folder, image: image.folder, url }, running)
  const { gate, executor, intake } = simulatedAccounts(join(folder, 'simulator'))
  keepCredentials(join(secrets, 'gate-credentials.json'), gate)
  keepCredentials(join(secrets, 'executor-credentials.json'), executor)
  keepCredentials(join(secrets, 'intake-credentials.json'), intake)
  const place = {
    folder,
    image,
    compose,
    ports,
    programs: await bringOthersPrograms(folder, compose.services),
    changes: await changesFor(folder, simulator),
  }
  makeVolumes(place)
  return place
}

/** All that differs from what docker-compose.yml says: simulated accounts, and ports that nobody else has. */
async function changesFor(folder: string, simulator: string): Promise<Place['changes']> {
  const accounts = { CORDON_AWS: undefined, AWS_ENDPOINT_URL: simulator }
  const names = ['MEMBERSHIP', 'HTTP'].map((kind) => `FRONTEND_${kind}_PORT`)
  for (const part of ['HISTORY', 'MATCHING', 'WORKER']) names.push(`${part}_GRPC_PORT`, `${part}_MEMBERSHIP_PORT`)
  const ports: Record<string, string> = {}
  for (const name of names) ports[name] = String(await freePort())
  return {
    gate: accounts,
    executor: accounts,
    intake: accounts,
    api: {
      CORDON_SIMULATOR_URL: simulator,
      CORDON_CONTROL_TOKEN_FILE: join(folder, 'simulator-secrets', 'control-for-api'),
    },
    temporal: { ...ports, FRONTEND_GRPC_PORT: '7233' },
  }
}

interface SimulatorPlace {
  readonly folder: string
  readonly image: string
  readonly url: string
}

async function startSimulator({ folder, image, url }: SimulatorPlace, running: Running): Promise<string> {
  const secrets = join(folder, 'simulator-secrets')
  const port = await freePort()
  for (const one of [secrets, join(folder, 'simulator')]) {
    mkdirSync(one, { mode: 0o755 })
    chownSync(one, SIMULATOR_USER.uid, SIMULATOR_USER.gid)
  }
  for (const [name, text] of Object.entries({ control: 'control-of-this-run', intake: 'none-yet' }))
    writeFileSync(join(secrets, name), text)
  writeFileSync(join(secrets, 'control-for-api'), 'control-of-this-run')
  running.keep('simulator', {
    command: process.execPath,
    args: [join(image, 'dist/simulator/main.js')],
    env: {
      PATH: '/usr/bin:/bin',
      CORDON_SIMULATOR_PORT: String(port),
      CORDON_SIMULATOR_DIR: join(folder, 'simulator'),
      CORDON_INTAKE_URL: `${url}/api/findings`,
      CORDON_INTAKE_TOKEN_FILE: join(secrets, 'intake'),
      CORDON_CONTROL_TOKEN_FILE: join(secrets, 'control'),
    },
    ...SIMULATOR_USER,
  })
  await awaitAnswer(`http://127.0.0.1:${port}/_simulator/health`)
  return `http://127.0.0.1:${port}`
}

/** The server of Temporal at the version that docker-compose.yml pins, its tools, and what its image starts it with. */
async function bringOthersPrograms(folder: string, services: readonly Service[]): Promise<string> {
  const [, version] = services.find(({ name }) => name === 'temporal')?.image.split(':') ?? []
  const { server, sql } = await fullServer(`v${version}`)
  const { temporal, searchPath, cache, environment } = readStartConfig()
  const cli = await temporalProgram({
    program: temporal.program,
    searchPath,
    cache,
    environment: environment.all,
    say: (sentence) => void process.stdout.write(`${sentence}\n`),
    signal: new AbortController().signal,
  })
  const programs = bringPrograms(join(folder, 'bin'), {
    'temporal-server': server,
    'temporal-sql-tool': sql,
    temporal: cli,
  })
  // Source: temporalio/temporal, docker/scripts/sh/entrypoint.sh, which also finds out addresses of the container.
  writeFileSync(join(programs, 'entrypoint.sh'), '#!/bin/sh\nexec temporal-server start\n', { mode: EVERYBODY_MAY_RUN })
  return programs
}

/** The server, with the databases that its first start makes. Returns the address of the owner of Cordon's. */
async function startPostgres({ folder, ports, compose }: Place, running: Running): Promise<string> {
  const secretOf = (name: string) => readFileSync(join(folder, compose.secrets[name] ?? ''), 'utf8').trim()
  const password = secretOf('postgres-password')
  running.keepMade('postgres', () =>
    preparePostgres({ folder: join(folder, 'postgres'), port: ports.postgres, password }),
  )
  const administrator = `postgres://postgres:${password}@127.0.0.1:${ports.postgres}/postgres`
  let client: pg.Client | undefined
  await until(async () => (client = await connected(administrator)) !== undefined)
  try {
    for (const statement of firstStatements(secretOf)) await client?.query(statement)
  } finally {
    await client?.end()
  }
  return `postgres://cordon_owner:${secretOf('database-owner')}@127.0.0.1:${ports.postgres}/cordon`
}

async function connected(url: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    return client
  } catch {
    // It is still starting: the caller looks again.
    return undefined
  }
}

/** `deploy/postgres/databases.sql` as psql runs it. */
function firstStatements(secretOf: (name: string) => string): readonly string[] {
  let source = readFileSync(join(root, 'deploy/postgres/databases.sql'), 'utf8')
  for (const [, name = '', secret = ''] of source.matchAll(/^\\set (\w+) `cat \/run\/secrets\/([\w-]+)`$/gm))
    source = source.replaceAll(`:'${name}'`, pg.escapeLiteral(secretOf(secret)))
  return source
    .split('\n')
    .filter((line) => !/^(--|\\set )/.test(line))
    .join('\n')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

interface DemoPlace {
  readonly folder: string
  readonly ownerUrl: string
  readonly tokens: Readonly<Record<DemoPerson, string>>
  readonly policySource: string
}

/** People, accounts and the policy of the demo, in a database that was prepared for real accounts. */
async function addDemo({ folder, ownerUrl, tokens, policySource }: DemoPlace): Promise<void> {
  await seedDemo(ownerUrl, { tokens, policySource, accounts: simulatedAccounts(join(folder, 'simulator')).accounts })
  const { db, close } = connect(ownerUrl, 1)
  await db.transaction().execute(async (tx) => {
    // The gate believes the first policy, which is the owner's to say.
    await tx.deleteFrom('policy_version').execute()
    await applyPolicy(tx, policySource)
  })
  await close()
  writeFileSync(join(folder, 'simulator-secrets', 'intake'), tokens.intake)
}

/** Each after those that it waits for. */
function inOrder(services: readonly Service[]): readonly Service[] {
  const ordered: Service[] = []
  const add = (service: Service): void => {
    if (ordered.includes(service)) return
    for (const name of Object.keys(service.depends_on)) {
      const needed = services.find((one) => one.name === name)
      if (needed !== undefined) add(needed)
    }
    ordered.push(service)
  }
  services.forEach(add)
  return ordered
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })

async function runJob({ name, launch }: Container, running: Running): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await running.once(name, launch)
    } catch (error) {
      if (attempt >= JOB_ATTEMPTS) throw error
      await pause(LOOK_EVERY_MS)
    }
  }
}

type Running = ReturnType<typeof createRunning>

/** The processes of a run, each started again when it ends by itself, as `restart: unless-stopped` says. */
function createRunning(folder: string) {
  const logs = join(folder, 'log')
  const roster = createRoster(join(folder, 'processes.json'), () => undefined)
  const children = new Map<string, Child>()
  const keeping = { roster, logs, log: pino({ level: 'silent' }), children: [], signal: new AbortController().signal }
  const pidOf = (name: string): number => {
    const pid = roster.list().find((one) => one.name === name)?.pid
    if (pid === undefined) throw new Error(`${name} does not run`)
    return pid
  }
  const keepMade = (name: string, make: () => Launch): void => void children.set(name, keepRunning(name, make, keeping))
  const stop = async (name: string): Promise<void> => {
    await children.get(name)?.stop()
    children.delete(name)
  }
  return {
    pidOf,
    keepMade,
    keep: (name: string, launch: Launch): void => keepMade(name, () => launch),
    once: (name: string, launch: Launch): Promise<void> => runOnce(name, launch, keeping),
    stop,
    async kill(name: string): Promise<void> {
      process.kill(pidOf(name), 'SIGKILL')
      await stop(name)
    },
    async stopAll(): Promise<void> {
      const servers = ['temporal', 'postgres']
      await Promise.all([...children.keys()].filter((name) => !servers.includes(name)).map(stop))
      for (const server of servers) await stop(server)
    },
  }
}
