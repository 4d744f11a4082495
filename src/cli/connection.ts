import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wrongUsage } from './failure.ts'

/** Servers of a home, as its ready.json names them. */
export interface Servers {
  readonly database?: string | undefined
  readonly temporal?: { readonly address: string; readonly namespace: string } | undefined
}

export interface Ready extends Servers {
  readonly url: string
  readonly tokens?: Readonly<Record<string, string>>
}

/** Which Cordon is meant, and as whom. */
export interface Connection {
  readonly url: string
  readonly token: string | undefined
  readonly home: string
  readonly source: 'environment' | 'home'
  /** Nothing while the home does not run. */
  readonly servers: Servers
  /** The token of a demo person, or of CORDON_TOKEN_APPROVER1 and the like. */
  readonly tokenOf: (person: string) => string | undefined
}

export interface CliSettings {
  readonly home: string
  readonly url?: string | undefined
  readonly token?: string | undefined
  readonly approvers?: Readonly<Record<string, string | undefined>>
}

const DEFAULT_URL = 'http://localhost:7400'

/** CORDON_URL and CORDON_TOKEN come first; else the home's ready.json says both. Throws wrong usage for a person it does not know. */
export function connectionOf(settings: CliSettings, person: string | undefined, isChosen: boolean): Connection {
  const ready = settings.url === undefined ? readyOf(settings.home) : undefined
  const tokens = { ...ready?.tokens, ...settings.approvers }
  return {
    url: settings.url ?? ready?.url ?? DEFAULT_URL,
    token: tokenFor({ given: settings.token, tokens, person, isChosen }),
    home: settings.home,
    source: settings.url === undefined ? 'home' : 'environment',
    servers: { database: ready?.database, temporal: ready?.temporal },
    tokenOf: (name) => tokens[name],
  }
}

interface Wanted {
  readonly given: string | undefined
  readonly tokens: Readonly<Record<string, string | undefined>>
  readonly person: string | undefined
  readonly isChosen: boolean
}

function tokenFor({ given, tokens, person, isChosen }: Wanted): string | undefined {
  const named = person === undefined ? undefined : tokens[person]
  if (isChosen && named === undefined)
    throw wrongUsage(
      `There is no token of ${person}: --as takes ${Object.keys(tokens).join(', ') || 'nobody here, because no demo runs in this home'}`,
    )
  return isChosen ? named : (given ?? named)
}

function readyOf(home: string): Ready | undefined {
  const file = join(home, 'run', 'ready.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ready) : undefined
}
