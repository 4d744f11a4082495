import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { processRoles } from '#store/database/roles'
import { until } from '../e2e/installation.ts'
import { isJob, isOurs, type User } from '../support/compose.ts'
import { type Container, secretsOf } from './container.ts'
import { type Layout, startLayout } from './layout.ts'

let layout: Layout
beforeAll(async () => {
  layout = await startLayout()
})
afterAll(() => layout?.stop())

/** What runs until it is stopped. */
const running = (): readonly Container[] => layout.containers().filter(({ service }) => !isJob(service))
const ours = (): readonly Container[] => running().filter(({ service }) => isOurs(service))
const userFor = (service: string): User => {
  const container = layout.containers().find((one) => one.service.name === service)
  if (container === undefined) throw new Error(`There is no service ${service}`)
  return container.user
}

interface Drill {
  readonly status: string
  readonly said: string
}

/** Plays a drill to its end; `meanwhile` hears all that it has told, whenever it tells more. */
async function drill(name: string, meanwhile: (said: string) => void = () => undefined): Promise<Drill> {
  const program = layout.cordon('drill', name, '--approve', '--json')
  let said = ''
  for (const stream of [program.stdout, program.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      meanwhile(said)
    })
  await once(program, 'exit')
  if (program.exitCode !== 0) process.stderr.write(layout.complaints())
  const last = said.trim().split('\n').at(-1) ?? ''
  return { status: last.startsWith('{') ? String((JSON.parse(last) as { status?: unknown }).status) : last, said }
}

const healthy = (name: string) => until(() => layout.isHealthy(name))

describe('the layout of docker-compose.yml', () => {
  it('runs each process as the user that it names', () => {
    const usersOf = ({ name }: Container) => {
      const status = readFileSync(`/proc/${layout.pidOf(name)}/status`, 'utf8')
      return ['Uid', 'Gid'].map(
        (kind) => new RegExp(`^${kind}:\\s+(\\d+)\\s+\\1\\s+\\1\\s+\\1$`, 'm').exec(status)?.[1],
      )
    }
    const seen = running().map((container) => [container.name, ...usersOf(container)])
    expect(seen).toEqual(running().map(({ name, user }) => [name, String(user.uid), String(user.gid)]))
    expect(seen.map(([name]) => name)).toEqual(
      expect.arrayContaining(['api', 'worker-1', 'worker-2', 'executor-1', 'executor-2', 'gate', 'sealer', 'temporal']),
    )
  })

  it('keeps the secrets of each service from the user of every other', () => {
    const services = [...new Map(layout.containers().map((one) => [one.user.uid, one])).values()]
    const mayRead = (file: string, { uid, gid }: User) => spawnSync('cat', [file], { uid, gid }).status === 0
    const files = services.flatMap(({ service }) => {
      const folder = secretsOf(layout, service.name)
      return readdirSync(folder).map((name) => ({ of: service.name, file: join(folder, name) }))
    })
    expect(files.length).toBeGreaterThan(services.length)
    for (const { of, file } of files)
      expect(services.filter(({ user }) => mayRead(file, user)).map(({ service }) => service.name)).toEqual([of])
  })

  it('has no secret in the environment of a process of ours', () => {
    const secrets = readdirSync(join(layout.folder, 'secrets')).map((name) =>
      readFileSync(join(layout.folder, 'secrets', name), 'utf8').trim(),
    )
    for (const { name } of ours()) {
      const environment = readFileSync(`/proc/${layout.pidOf(name)}/environ`, 'utf8')
      expect(environment).toContain('DATABASE_PASSWORD_FILE')
      expect(secrets.filter((secret) => environment.includes(secret))).toEqual([])
    }
  })

  it('lets the executor open the gate’s socket, and no other process', () => {
    const socket = join(layout.folder, 'volumes', 'gate-socket', 'gate.sock')
    const knock = `require('net').connect('${socket}').on('connect', () => process.exit(0)).on('error', () => process.exit(1))`
    const mayOpen = (service: string) =>
      spawnSync(process.execPath, ['-e', knock], { ...userFor(service), env: {} }).status === 0
    expect(statSync(socket).mode & 0o777).toBe(0o660)
    expect(['executor', 'worker', 'api', 'sealer', 'temporal'].filter(mayOpen)).toEqual(['executor'])
  })

  it('runs Temporal’s server for production, with a namespace that keeps histories for 90 days', async () => {
    const { TEMPORAL_ADDRESS: address = '' } = layout.containers().find(({ name }) => name === 'api')?.launch.env ?? {}
    const { workflowService, close } = await Connection.connect({ address }).then((connection) => ({
      workflowService: connection.workflowService,
      close: () => connection.close(),
    }))
    const { serverVersion } = await workflowService.getSystemInfo({})
    const { config } = await workflowService.describeNamespace({ namespace: 'cordon' })
    await close()
    expect(serverVersion).toBe('1.32.1')
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 24 * 3600)
  })

  it('finds every process of ours healthy, by the checks that Docker would make', async () => {
    for (const { name } of ours()) await healthy(name)
    expect(ours().filter(({ health }) => health === undefined)).toEqual([])
  })

  it('signs each process in to Postgres with its own role', async () => {
    const owner = new pg.Client({ connectionString: layout.ownerUrl })
    await owner.connect()
    const seen = new Set<string>()
    try {
      // A pool gives idle connections back: a health check has it take one again.
      await until(async () => {
        for (const { name } of ours()) await layout.isHealthy(name)
        const { rows } = await owner.query<{ role: string }>(
          `select distinct usename as role from pg_stat_activity where datname = 'cordon' and usename <> current_user`,
        )
        for (const { role } of rows) seen.add(role)
        return seen.size >= processRoles.length
      })
    } finally {
      await owner.end()
    }
    expect([...seen].toSorted()).toEqual(processRoles.map((role) => `cordon_${role}`).toSorted())
  })

  it.each([
    ['stolen-access-key', 'worker-1', 'plan.approved'],
    ['stolen-access-key', 'executor-1', 'permit.given'],
    ['mining-instance', 'worker-2', 'plan.approved'],
    ['mining-instance', 'executor-2', 'permit.given'],
  ])('recovers in %s though %s is killed at %s and stays away', async (name, killed, event) => {
    let killing: Promise<void> | undefined
    const { status, said } = await drill(name, (text) => {
      if (text.includes(event)) killing ??= layout.kill(killed)
    })
    expect({ status, wasKilled: killing !== undefined }, said.slice(-2000)).toEqual({
      status: 'recovered',
      wasKilled: true,
    })
    await killing
    expect(await layout.isHealthy(killed)).toBe(false)
    await layout.start(killed)
    await healthy(killed)
  })

  // Not the api: whoever plays a drill talks to it, and ends with it.
  it.each(['gate', 'sealer', 'temporal'])('recovers though %s is killed in the middle', async (killed) => {
    let before: number | undefined
    const { status, said } = await drill('stolen-access-key', (text) => {
      if (before !== undefined || !text.includes('plan.approved')) return
      before = layout.pidOf(killed)
      process.kill(before, 'SIGKILL')
    })
    expect(status, said.slice(-2000)).toBe('recovered')
    expect(layout.pidOf(killed)).not.toBe(before)
  })
})
