import { resolve } from 'node:path'
import { type ChannelSettings, readChannels } from '#domain/channel-settings'
import type { Environment, Source } from './environment.ts'

export interface TemporalAddress {
  /** Host and port. */
  readonly address: string
  readonly namespace: string
}

/** Where a process tells its health and its metrics. */
export interface MetricsAddress {
  readonly host: string
  readonly port: number
}

export interface StartAccount {
  readonly id: string
  readonly name: string
  readonly environment: 'production' | 'nonproduction'
  /** The path of its organizational unit. */
  readonly unit?: string
}

export const DEFAULT_NAMESPACE = 'cordon'
export const LARGEST_PORT = 65_535

/** Nobody listens unless a port is named. */
export function metricsIn(from: Source): MetricsAddress | undefined {
  const port = portIn(from, { name: 'CORDON_METRICS_PORT', what: 'the port of health and metrics', fallback: 0 })
  return port === 0 ? undefined : { host: from.text('CORDON_METRICS_HOST') ?? '127.0.0.1', port }
}

export const homeIn = (from: Source): string => from.optionalPath('CORDON_HOME') ?? resolve('.cordon')

export const publicUrlIn = (from: Source, port: number): string =>
  from.optionalUrl('CORDON_PUBLIC_URL') ?? `http://localhost:${port}`

export function channelsIn(from: Source, publicUrl: string): ChannelSettings {
  const { settings, problems } = readChannels({
    webhookUrl: from.text('CORDON_WEBHOOK_URL'),
    webhookSecret: from.text('CORDON_WEBHOOK_SECRET'),
    smtpUrl: from.text('CORDON_SMTP_URL'),
    publicUrl,
  })
  for (const problem of problems) from.wrong(problem)
  return settings
}

/** The rest of every name that begins so, in small letters, with its value. */
export const namedIn = (from: Source, prefix: string): Environment =>
  Object.fromEntries(
    Object.keys(from.only(new RegExp(`^${prefix}`))).map((name) => [
      name.slice(prefix.length).toLowerCase(),
      from.text(name),
    ]),
  )

export function portIn(
  from: Source,
  { name, what, fallback }: { name: string; what: string; fallback?: number },
): number {
  if (fallback !== undefined && !from.has(name)) return fallback
  const value = from.needed(name, what)
  const port = Number(value)
  if (value !== '' && !(Number.isInteger(port) && port >= 0 && port <= LARGEST_PORT))
    from.wrong(`${name} is “${value}”, which is no port: give a number from 1 to ${LARGEST_PORT}.`)
  return port
}

export function databaseIn(from: Source): string {
  const value = from.needed('DATABASE_URL', 'the address of the database, postgres://user:password@host:port/name')
  const password = from.text('DATABASE_PASSWORD')
  // The value may hold a password: it is not repeated.
  if (value !== '' && !(/^postgres(ql)?:\/\//.test(value) && URL.canParse(value))) {
    from.wrong('DATABASE_URL is no address of a Postgres database: postgres://user:password@host:port/name.')
    return value
  }
  return password === undefined || value === '' ? value : withPassword(from, new URL(value), password)
}

function withPassword(from: Source, url: URL, password: string): string {
  if (url.password !== '')
    from.wrong('DATABASE_URL has a password, and DATABASE_PASSWORD is another: keep one of them.')
  url.password = encodeURIComponent(password)
  return url.href
}

export function temporalIn(from: Source): TemporalAddress {
  const address = from.needed('TEMPORAL_ADDRESS', 'host and port of the Temporal server')
  if (address !== '' && !/^[^\s/@]+:\d+$/.test(address))
    from.wrong(
      address.includes('@')
        ? 'TEMPORAL_ADDRESS may hold a user and a password: give host and port without them.'
        : `TEMPORAL_ADDRESS is “${address}”, which is no host and port such as 127.0.0.1:7233.`,
    )
  return { address, namespace: from.text('TEMPORAL_NAMESPACE') ?? DEFAULT_NAMESPACE }
}

const isUnit = (unit: string | undefined): boolean => unit === undefined || unit.startsWith('/')

/**
 * `111122223333:shop:production:/workloads/shop, 444455556666`; the name is the id and the environment production when left out, and the
 * organizational unit is not known then.
 */
export function accountsIn(from: Source, variable: string): readonly StartAccount[] {
  const entries = (from.text(variable) ?? '').split(',').map((entry) => entry.trim())
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [id = '', name = id, environment = 'production', unit] = entry.split(':')
      const isKnown = environment === 'production' || environment === 'nonproduction'
      if (!/^\d{12}$/.test(id) || !isKnown || !isUnit(unit))
        from.wrong(
          `${variable} has “${entry}”: write 111122223333:name:production (or nonproduction), and :/unit after it.`,
        )
      return {
        id,
        name,
        environment: isKnown ? environment : 'production',
        ...(unit === undefined ? {} : { unit }),
      }
    })
}
