/** What can be asked of the organisation’s logs, and as what the brief names it. A new entry needs a query and a collector. */
export const logKinds = {
  trail: 'the organisation’s trail by Athena',
  flows: 'VPC flow logs',
  dns: 'DNS query logs',
  objects: 'S3 data events',
  kubernetes: 'EKS audit logs',
} as const
export type LogKind = keyof typeof logKinds

export const logKindNames = Object.keys(logKinds) as readonly LogKind[]

/** A table of Glue’s catalogue, partitioned by day. */
export interface LogTable {
  readonly name: string
  /** The column of its partitions: text such as `2026/01/31`, in UTC. */
  readonly day: string
  /** The columns of partitions by account and by Region, or null where there are none. */
  readonly account: string | null
  readonly region: string | null
}

/** Beside the day: what a table must be partitioned by where its rows do not say whose they are. */
const needed: { readonly [Kind in LogKind]?: readonly (keyof LogTable)[] } = { kubernetes: ['account', 'region'] }

/** Where the organisation’s logs are, and what reads them. */
export interface LogPlace {
  /** Registered with Cordon, whose reading role there is allowed to ask. */
  readonly account: string
  readonly region: string
  readonly workgroup: string
  readonly database: string
  readonly tables: { readonly [Kind in LogKind]?: LogTable }
  /** Where the tables’ files are: `bucket/prefix`. */
  readonly data: readonly string[]
  /** ARNs of the keys that the files are encrypted with. */
  readonly keys: readonly string[]
  /** How long one piece of evidence may ask, in seconds. */
  readonly seconds: number
}

const NAME = /^[a-z_][a-z0-9_]{0,127}$/
const KEY = /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,64}$/
const DATA = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w.=/+@:,-]{0,512}$/
const MOST_SECONDS = 60
const USUAL_SECONDS = 45
const USUAL_DAY = 'day'

const texts: readonly (readonly [name: string, pattern: RegExp, what: string])[] = [
  ['account', /^\d{12}$/, 'twelve digits'],
  ['region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region such as eu-central-1'],
  ['workgroup', /^[\w.-]{1,128}$/, 'the name of a workgroup of Athena'],
  ['database', NAME, 'the name of a database in small letters'],
]
const columns: readonly string[] = ['name', 'day', 'account', 'region']
const known = [...texts.map(([name]) => name), 'tables', 'data', 'keys', 'seconds']

export type ReadPlace =
  | { readonly kind: 'place'; readonly place: LogPlace }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

const fits = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value)

/**
 * Reads what the configuration says of the logs. Names end up in the text of queries and in policies, so they are what the patterns
 * say or refused: no quotes, no wildcards.
 */
export function readLogPlace(given: unknown): ReadPlace {
  const fields = fieldsOf(given)
  const problems = [
    ...texts.flatMap(([name, pattern, what]) => (fits(fields[name], pattern) ? [] : [`${name} must be ${what}`])),
    ...Object.keys(fields).flatMap((name) => (known.includes(name) ? [] : [`${name} is nothing that it knows`])),
    ...tableProblems(fields.tables),
    ...listProblems(fields, 'data', { pattern: DATA, what: 'bucket/prefix, without wildcards' }),
    ...(fields.keys === undefined ? [] : listProblems(fields, 'keys', { pattern: KEY, what: 'the ARN of a KMS key' })),
    ...secondsProblems(fields.seconds),
  ]
  if (problems.length > 0) return { kind: 'wrong', problems }
  const tables = Object.entries(fieldsOf(fields.tables)).map(([kind, table]) => [kind, tableIn(fieldsOf(table))])
  const place = { ...fields, tables: Object.fromEntries(tables) } as Omit<LogPlace, 'keys' | 'seconds'>
  return { kind: 'place', place: { keys: [], seconds: USUAL_SECONDS, ...place } }
}

const tableIn = ({ name, day = USUAL_DAY, account = null, region = null }: Fields): LogTable =>
  ({ name, day, account, region }) as LogTable

function tableProblems(given: unknown): readonly string[] {
  const tables = Object.entries(fieldsOf(given))
  if (tables.length === 0) return [`tables must name one of ${logKindNames.join(', ')} at least`]
  return tables.flatMap(([kind, table]) => {
    if (!isLogKind(kind)) return [`tables.${kind} is none of ${logKindNames.join(', ')}`]
    return columnProblems(kind, fieldsOf(table))
  })
}

const isLogKind = (kind: string): kind is LogKind => Object.hasOwn(logKinds, kind)

function columnProblems(kind: LogKind, table: Fields): readonly string[] {
  const wanted = needed[kind] ?? []
  const required = Object.fromEntries(['name', ...wanted].map((one) => [one, undefined]))
  const strangers = Object.keys(table).filter((one) => !columns.includes(one))
  const wrong = Object.entries({ ...required, ...table }).filter(
    ([one, value]) => columns.includes(one) && !fits(value, NAME),
  )
  return [
    ...strangers.map((one) => `tables.${kind}.${one} is nothing that it knows`),
    ...wrong.map(([one]) => `tables.${kind}.${one} must be a name in small letters`),
  ]
}

function listProblems(
  fields: Fields,
  name: string,
  { pattern, what }: { readonly pattern: RegExp; readonly what: string },
): readonly string[] {
  const list: unknown = fields[name]
  if (!Array.isArray(list) || list.length === 0) return [`${name} must be a list`]
  return list.every((one) => fits(one, pattern)) ? [] : [`each of ${name} must be ${what}`]
}

const secondsProblems = (seconds: unknown = USUAL_SECONDS): readonly string[] =>
  Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= MOST_SECONDS
    ? []
    : [`seconds must be a whole number from 1 to ${MOST_SECONDS}`]
