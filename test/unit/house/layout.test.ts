import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { commands } from '#cli/commands'
import {
  type Environment,
  readApiConfig,
  readDatabaseConfig,
  readExecutorConfig,
  readGateConfig,
  readIntakeConfig,
  readSealerConfig,
  readWorkerConfig,
} from '#config'
import { temporalLaunch } from '#embedded/temporal-server'
import { processRoles } from '#store/database/roles'
import { isJob, isOurs, ownedPlaces, readCompose, root, type Service, userOf } from '../../support/compose.ts'
import { freshFolder } from '../embedded/folder.ts'

const { services, secrets, networks } = readCompose()
const ours = services.filter(isOurs)
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const named = (name: string): Service => {
  const service = services.find((one) => one.name === name)
  if (service === undefined) throw new Error(`There is no service ${name}`)
  return service
}

const byName = (some: readonly Service[]) => some.map((service) => [service.name, service] as const)

/** Who reads the environment of each of our services. */
const readers: Readonly<Record<string, (environment: Environment) => object>> = {
  api: readApiConfig,
  worker: readWorkerConfig,
  gate: readGateConfig,
  executor: readExecutorConfig,
  sealer: readSealerConfig,
  intake: readIntakeConfig,
  'prepare-database': readDatabaseConfig,
  'activate-build': readWorkerConfig,
}

/** A folder with a file for each secret; those that are not named hold anything. */
function writtenSecrets(texts: Readonly<Record<string, string>> = {}): string {
  const folder = freshFolder()
  for (const name of [...Object.keys(secrets), ...Object.keys(texts)])
    writeFileSync(join(folder, name), texts[name] ?? 'a-secret-of-this-test')
  return folder
}

/** The variables that a service's own reader asks for. */
function readBy(service: Service, folder = writtenSecrets()): ReadonlySet<string> {
  const asked = new Set<string>()
  const known: Record<string, string> = {}
  for (const [name, value] of Object.entries(service.environment)) known[name] = value.replace('/run/secrets', folder)
  readers[service.name]?.(
    new Proxy(known, {
      get: (variables, name) => {
        asked.add(String(name))
        return variables[String(name)]
      },
    }),
  )
  return asked
}

describe('docker-compose.yml', () => {
  it('runs every process of the trust table, and the jobs before them', () => {
    expect(ours.map(({ name }) => name).toSorted()).toEqual(Object.keys(readers).toSorted())
    expect(ours.map(({ name }) => name)).toEqual(expect.arrayContaining([...processRoles]))
  })

  it.each(byName(ours))('gives %s only variables that it reads, and all that it needs', (_, service) => {
    const asked = readBy(service)
    expect(Object.keys(service.environment).filter((name) => !asked.has(name))).toEqual([])
  })

  it.each(byName(ours))('starts %s with a program or a command that there is', (_, { command = [] }) => {
    const [program, script = '', word] = command
    expect(program).toBe('node')
    expect(existsSync(join(root, script.replace('dist/', 'src/').replace(/\.js$/, '.ts')))).toBe(true)
    if (script === 'dist/cli/main.js') expect(commands.map(({ name }) => name)).toContain(word)
    else expect(command).toHaveLength(2)
  })

  it.each(byName(services))(
    'hands %s each secret as a file that it reads, and no other',
    (_, { environment, ...service }) => {
      const inScripts = service.name === 'postgres' ? textOf('deploy/postgres/databases.sql') : ''
      const read = [...Object.values(environment), inScripts].flatMap((text) =>
        [...text.matchAll(/\/run\/secrets\/([\w-]+)/g)].map(([, secret]) => secret),
      )
      expect(read.toSorted()).toEqual([...service.secrets].toSorted())
      expect(service.secrets.filter((secret) => !Object.hasOwn(secrets, secret))).toEqual([])
    },
  )

  it('has no secret in an environment', () => {
    const values = services.flatMap(({ environment }) => Object.entries(environment))
    expect(values.filter(([name]) => /PASSWORD|PWD|SECRET|TOKEN/.test(name) && !name.endsWith('_FILE'))).toEqual([])
    expect(values.filter(([, value]) => /:\/\/[^@/]*:[^@/]*@/.test(value))).toEqual([])
  })

  it('hands a secret to nobody but those whose it is', () => {
    const holders = (secret: string) =>
      services.filter((service) => service.secrets.includes(secret)).map(({ name }) => name)
    expect(Object.fromEntries(Object.keys(secrets).map((secret) => [secret, holders(secret)]))).toEqual({
      'postgres-password': ['postgres'],
      'database-owner': ['postgres', 'prepare-database'],
      'database-temporal': ['postgres', 'temporal-schema', 'temporal'],
      'database-api': ['prepare-database', 'api'],
      'database-worker': ['prepare-database', 'worker', 'activate-build'],
      'database-gate': ['prepare-database', 'gate'],
      'database-executor': ['prepare-database', 'executor'],
      'database-sealer': ['prepare-database', 'sealer'],
      'database-intake': ['prepare-database', 'intake'],
      'gate-secret': ['gate', 'executor'],
      'log-key': ['sealer'],
      'gate-credentials': ['gate'],
      'executor-credentials': ['executor'],
      'intake-credentials': ['intake'],
    })
  })

  it('has each secret made by the script, but for the identities in AWS', () => {
    const script = textOf('deploy/make-secrets.sh')
    const made = Object.values(secrets).map((file) => file.replace('./secrets/', ''))
    const missing = made.filter((name) => !new RegExp(`[\\s]${name}[\\s;]`).test(script))
    expect(missing).toEqual(['gate-credentials.json', 'executor-credentials.json', 'intake-credentials.json'])
  })

  it('runs each process as a user and a database role of its own', () => {
    const parts = processRoles.map((role) => named(role))
    expect(new Set(parts.map((service) => userOf(service).uid)).size).toBe(parts.length)
    for (const service of parts)
      expect(service.environment['DATABASE_URL']).toBe(`postgres://cordon_${service.name}@postgres:5432/cordon`)
    const others = services.filter(({ name }) => !['worker', 'activate-build'].includes(name))
    expect(new Set(others.map((service) => userOf(service).uid)).size).toBe(others.length)
    expect(services.filter((service) => userOf(service).uid === 0)).toEqual([])
  })

  it('opens the socket of the gate to the executor, by a group that nobody else is in', () => {
    const { gid } = userOf(named('gate'))
    expect(services.filter((service) => userOf(service).gid === gid).map(({ name }) => name)).toEqual([
      'gate',
      'executor',
    ])
    expect(ownedPlaces().find(({ path }) => path === '/run/cordon')).toEqual({
      ...userOf(named('gate')),
      mode: 0o750,
      path: '/run/cordon',
    })
  })

  it('lets only activating write bundles', () => {
    expect(named('worker').volumes).toEqual(['builds:/var/lib/cordon/builds:ro'])
    expect(named('activate-build').volumes).toEqual(['builds:/var/lib/cordon/builds'])
    expect(ownedPlaces().find(({ path }) => path === '/var/lib/cordon/builds')).toMatchObject(userOf(named('worker')))
  })

  it.each(byName(services))('keeps %s from writing to its file system and from gaining rights', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
  })

  it.each(byName(services.filter((service) => !isJob(service))))('looks after the health of %s', (_, service) => {
    const [how, ...words] = service.healthcheck?.test ?? []
    expect(how).toBe('CMD')
    expect(words.filter((word) => typeof word !== 'string')).toEqual([])
    expect(words.length).toBeGreaterThan(1)
  })

  it('publishes on loopback only, and only pages', () => {
    expect(services.flatMap(({ name, ports }) => ports.map((port) => `${name} ${port}`))).toEqual([
      'temporal-ui 127.0.0.1:8080:8080',
      'api 127.0.0.1:7400:7400',
    ])
  })

  it('keeps the gate from Temporal, and the databases from everything outside', () => {
    expect(named('gate').networks).not.toContain('schedule')
    expect(named('intake').networks).not.toContain('schedule')
    expect(named('sealer').networks).toEqual(['record'])
    expect(named('postgres').networks).toEqual(['record'])
    expect([networks['record'], networks['schedule']]).toEqual([{ internal: true }, { internal: true }])
  })

  it('names versions, of Temporal 1.31 or later and everywhere the same', () => {
    expect(services.filter(({ image }) => !/^[\w/-]+:\d+\.\d+(\.\d+)?(-\w+)?$/.test(image))).toEqual([])
    const [server, ...tools] = ['temporal', 'temporal-schema', 'temporal-namespace'].map(
      (name) => named(name).image.split(':')[1] ?? '',
    )
    expect(new Set(tools)).toEqual(new Set([server]))
    expect(Number(server?.split('.')[1])).toBeGreaterThanOrEqual(31)
    const { version } = JSON.parse(textOf('package.json')) as { readonly version: string }
    expect(new Set(ours.map(({ image }) => image))).toEqual(new Set([`cordon:${version}`]))
  })

  it('tunes Temporal as every server of ours is tuned', () => {
    const place = { program: '', port: 1, namespace: 'x', database: join(freshFolder(), 'x.db') }
    const { args } = temporalLaunch(place)
    const tuned = args.filter((_, index) => args[index - 1] === '--dynamic-config-value')
    const file = parse(textOf('deploy/temporal/dynamic.yaml')) as Record<string, readonly { readonly value: unknown }[]>
    expect(Object.entries(file).map(([key, [first]]) => `${key}=${String(first?.value)}`)).toEqual(tuned)
  })
})

describe('the example of the guide', () => {
  it('adds to the worker only what it reads, with its secrets', () => {
    const [, example = ''] = /```yaml\n(services:[\s\S]*?)```/.exec(textOf('docs/guides/installing.md')) ?? []
    const { services: more, secrets: files } = parse(example) as {
      readonly services: { readonly worker: Pick<Service, 'environment' | 'secrets'> }
      readonly secrets: Readonly<Record<string, unknown>>
    }
    const worker = named('worker')
    const environment = { ...worker.environment, ...more.worker.environment }
    const written = writtenSecrets({
      'webhook-secret': `whsec_${Buffer.from('a secret of this test').toString('base64')}`,
      'smtp-url': 'smtp://mail.example',
    })
    const asked = readBy({ ...worker, environment }, written)
    expect(Object.keys(environment).filter((name) => !asked.has(name))).toEqual([])
    expect(Object.keys(files)).toEqual(more.worker.secrets)
  })
})

describe('the Dockerfile', () => {
  const dockerfile = textOf('Dockerfile')

  it('builds and runs on one pinned Node 24 without root', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
    expect(new Set(images).size).toBe(1)
    expect(images[0]).toMatch(/^node:24\.\d+\.\d+-\w+-slim$/)
    expect(dockerfile).toMatch(/^USER (?!0)\d+:(?!0)\d+$/m)
  })

  it('lets the build see what it needs and nothing else', () => {
    const [everything, ...seen] = textOf('.dockerignore').trim().split('\n')
    expect(everything).toBe('*')
    expect(seen.filter((line) => !existsSync(join(root, line.slice(1))))).toEqual([])
    const needed = ['package.json', 'package-lock.json', '.npmrc', 'tsconfig.json', 'vite.config.ts', 'scripts', 'src']
    expect(seen).toEqual(expect.arrayContaining(needed.map((place) => `!${place}`)))
  })
})
