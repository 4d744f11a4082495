import { chmodSync, chownSync, copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Launch } from '#embedded/child'
import { freePort } from '#embedded/ports'
import { type Compose, ownedPlaces, root, type Service, type User, userOf } from '../support/compose.ts'
import type { Image } from './image.ts'

/** Where one run of the layout keeps everything, and what takes the place of hosts, ports and programs of containers. */
export interface Place {
  readonly folder: string
  readonly image: Image
  readonly compose: Compose
  readonly ports: { readonly postgres: number; readonly temporal: number; readonly api: number }
  /** Programs that the images of others bring. */
  readonly programs: string
  /** Variables that differ from docker-compose.yml, by service; undefined takes one away. */
  readonly changes: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>
}

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY = 0o400
const METRICS_PORT = '9464'

export const secretsOf = ({ folder }: Pick<Place, 'folder'>, service: string): string =>
  join(folder, 'secrets-of', service)

/** Hands a service its secrets and no others, as files that its user alone reads. */
function handSecrets(place: Place, service: Service): void {
  const folder = secretsOf(place, service.name)
  const user = userOf(service)
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
  chownSync(folder, user.uid, user.gid)
  for (const secret of service.secrets) {
    const file = join(folder, secret)
    if (existsSync(file)) continue
    copyFileSync(join(place.folder, place.compose.secrets[secret] ?? ''), file)
    chmodSync(file, OWNER_ONLY)
    chownSync(file, user.uid, user.gid)
  }
}

/** Makes each volume with the owner and mode that the image gives its place. */
export function makeVolumes({ folder, compose }: Place): void {
  for (const [source = '', target = ''] of compose.services.flatMap(({ volumes }) =>
    volumes.map((one) => one.split(':')),
  )) {
    const owned = ownedPlaces().find(({ path }) => path === target)
    const volume = join(folder, 'volumes', source)
    if (source.startsWith('.') || owned === undefined || existsSync(volume)) continue
    mkdirSync(volume, { recursive: true })
    chmodSync(volume, owned.mode)
    chownSync(volume, owned.uid, owned.gid)
  }
}

/** Where a path of the container is here: a volume, a file of the repository, or a secret. */
function placesOf(place: Place, service: Service): readonly (readonly [string, string])[] {
  const mounts = service.volumes.map((volume): readonly [string, string] => {
    const [source = '', target = ''] = volume.split(':')
    if (!source.startsWith('.')) return [target, join(place.folder, 'volumes', source)]
    // The user of the service may not be able to walk to the clone.
    const copy = join(place.folder, 'host', basename(source))
    if (!existsSync(copy)) cpSync(join(root, source), copy, { recursive: true })
    return [target, copy]
  })
  return [...mounts, ['/run/secrets', secretsOf(place, service.name)]]
}

/** A container of a service: how its process is launched here. */
export interface Container {
  readonly name: string
  readonly service: Service
  readonly user: User
  readonly launch: Launch
  /** Whether the service's own health check passes. */
  readonly health: Launch | undefined
}

export async function createContainer(place: Place, service: Service, number: number): Promise<Container> {
  handSecrets(place, service)
  const metricsPort = String(await freePort())
  const translate = translation(place, service, metricsPort)
  const changed = { ...service.environment, ...place.changes[service.name] }
  const environment = Object.entries(changed).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, translate(value)] as const],
  )
  const user = userOf(service)
  const env = {
    ...place.image.environment,
    PATH: [place.programs, '/usr/bin', '/bin'].join(':'),
    ...Object.fromEntries(environment),
  }
  const launchOf = (words: readonly string[]): Launch => {
    const [command = '', ...args] = words.map(translate)
    return { command: command === 'node' ? process.execPath : command, args, env, cwd: place.image.folder, ...user }
  }
  const [how, ...test] = service.healthcheck?.test ?? []
  return {
    name: service.replicas === 1 ? service.name : `${service.name}-${number}`,
    service,
    user,
    launch: launchOf(service.command ?? []),
    health: how === 'CMD' ? launchOf(test) : undefined,
  }
}

function translation(place: Place, service: Service, metricsPort: string): (value: string) => string {
  const { postgres, temporal, api } = place.ports
  const whole: Readonly<Record<string, string>> = {
    postgres: '127.0.0.1',
    5432: String(postgres),
    7233: String(temporal),
    7400: String(api),
    [METRICS_PORT]: metricsPort,
    '0.0.0.0': '127.0.0.1',
    '/etc/temporal/entrypoint.sh': join(place.programs, 'entrypoint.sh'),
  }
  const parts: readonly (readonly [string, string])[] = [
    ...placesOf(place, service),
    ['@postgres:5432', `@127.0.0.1:${postgres}`],
    ['temporal:7233', `127.0.0.1:${temporal}`],
    ['127.0.0.1:7400', `127.0.0.1:${api}`],
    [`127.0.0.1:${METRICS_PORT}`, `127.0.0.1:${metricsPort}`],
  ]
  return (value) => whole[value] ?? parts.reduce((text, [from, to]) => text.replaceAll(from, to), value)
}

/** Copies programs to where every user may run them. */
export function bringPrograms(folder: string, programs: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true })
  for (const [name, file] of Object.entries(programs)) {
    copyFileSync(file, join(folder, name))
    chmodSync(join(folder, name), 0o755)
  }
  return folder
}
