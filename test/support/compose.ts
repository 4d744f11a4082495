import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** One service of docker-compose.yml, with its anchors resolved. */
export interface Service {
  readonly name: string
  readonly image: string
  readonly user?: string
  readonly command?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  /** `source:/target` or `source:/target:ro`. */
  readonly volumes: readonly string[]
  readonly networks: readonly string[]
  readonly ports: readonly string[]
  readonly restart: string
  readonly replicas: number
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly depends_on: Readonly<Record<string, { readonly condition: string }>>
  readonly read_only?: true
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
}

export interface Compose {
  readonly services: readonly Service[]
  /** The file of each secret, from the folder of the compose file. */
  readonly secrets: Readonly<Record<string, string>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
}

type Raw = Partial<Service> & { readonly deploy?: { readonly replicas?: number } }

/** What `docker compose up` is told, with a value for each variable of the form `${NAME:-default}`. */
export function readCompose(variables: Readonly<Record<string, string>> = {}): Compose {
  const source = readFileSync(join(root, 'docker-compose.yml'), 'utf8').replaceAll(
    /\$\{([A-Z_]+):-([^}]*)\}/g,
    (_, name: string, otherwise: string) => variables[name] ?? otherwise,
  )
  const { services, secrets, networks } = parse(source, { merge: true }) as {
    readonly services: Readonly<Record<string, Raw>>
    readonly secrets: Readonly<Record<string, { readonly file: string }>>
    readonly networks: Compose['networks']
  }
  return {
    services: Object.entries(services).map(([name, raw]) => serviceOf(name, raw)),
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, { file }]) => [name, file])),
    networks,
  }
}

const serviceOf = (name: string, raw: Raw): Service => ({
  environment: {},
  secrets: [],
  volumes: [],
  networks: [],
  ports: [],
  depends_on: {},
  image: '',
  restart: 'no',
  ...raw,
  name,
  replicas: raw.deploy?.replicas ?? 1,
})

/** Whether it runs to its end, so that others may wait for that. */
export const isJob = ({ restart }: Service): boolean => restart.startsWith('on-failure')

/** Whether it runs our own image. */
export const isOurs = ({ image }: Service): boolean => image.startsWith('cordon:')

export interface User {
  readonly uid: number
  readonly gid: number
}

export function userOf({ name, user }: Service): User {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(user ?? '') ?? []
  if (uid === undefined || gid === undefined) throw new Error(`${name} has no user and group by their numbers`)
  return { uid: Number(uid), gid: Number(gid) }
}

/** The folders that the image brings with an owner of their own: an empty volume takes its place’s owner and mode over. */
export function ownedPlaces(): readonly (User & { readonly path: string; readonly mode: number })[] {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  return [...dockerfile.matchAll(/install -d -o (\d+) -g (\d+) -m (\d+) (\S+)/g)].map(
    ([, uid, gid, mode = '', path = '']) => ({
      uid: Number(uid),
      gid: Number(gid),
      mode: Number.parseInt(mode, 8),
      path,
    }),
  )
}
