import type { Plan } from '#domain/plan'
import type { FaultRun, Row } from '../run.ts'

// What is read from a run is not believed: a member that is missing or of another type is the empty value of its type.

export const rowsOf = ({ tables }: FaultRun, table: string): readonly Row[] => tables[table] ?? []

export const text = (row: Row | undefined, column: string): string => {
  const value = row?.[column]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

export const number = (row: Row | undefined, column: string): number => Number(row?.[column] ?? Number.NaN)

export const list = (row: Row | undefined, column: string): readonly unknown[] => {
  const value = row?.[column]
  return Array.isArray(value) ? value : []
}

export const isNull = (row: Row, column: string): boolean => row[column] === null || row[column] === undefined

/** Milliseconds since 1970, with their fraction: Postgres keeps microseconds. Not a number when there is no time. */
export function time(row: Row | undefined, column: string): number {
  return timeOf(text(row, column))
}

export function timeOf(written: string): number {
  const micros = /\.\d{3}(\d{1,3})/.exec(written)?.[1]
  return Date.parse(written) + (micros === undefined ? 0 : Number(micros.padEnd(3, '0')) / MICROS)
}

const MICROS = 1000

/** The bytes of a column of type bytea: `to_jsonb` writes them as `\x` and hexadecimal digits. */
export function bytes(row: Row | undefined, column: string): Buffer {
  const written = text(row, column)
  return written.startsWith('\\x') ? Buffer.from(written.slice(2), 'hex') : Buffer.alloc(0)
}

/** JSON of bytes or of a text, or undefined when it is none. */
export function json(from: Buffer | string): unknown {
  try {
    return JSON.parse(from.toString())
  } catch {
    // What is no JSON is a finding of the checker that wanted it.
    return undefined
  }
}

export const object = (value: unknown): Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : {}

/** Documents of a table of the simulated accounts, without those that were there just so before the run. */
export const documentsOf = ({ state, stateBefore = {} }: FaultRun, table: string): readonly Row[] =>
  Object.entries(state[table] ?? {})
    .filter(([key, document]) => JSON.stringify(document) !== JSON.stringify(stateBefore[table]?.[key]))
    .map(([, document]) => object(document))

/** A plan’s row with what its bytes say; undefined bytes are the authorisation’s to report. */
export interface StoredPlan {
  readonly hash: string
  readonly row: Row
  readonly plan: Plan
}

/** Read once for a run: a run is never changed after it was read. */
function once<Read>(read: (run: FaultRun) => Read): (run: FaultRun) => Read {
  const known = new WeakMap<FaultRun, Read>()
  return (run) => {
    const found = known.get(run) ?? read(run)
    known.set(run, found)
    return found
  }
}

/** Every plan whose bytes can be read. */
export const plansOf = once((run): ReadonlyMap<string, StoredPlan> => {
  const plans = rowsOf(run, 'plan').flatMap((row): readonly (readonly [string, StoredPlan])[] => {
    const plan = json(bytes(row, 'bytes')) as Plan | undefined
    const hash = text(row, 'hash')
    return Array.isArray(plan?.steps) ? [[hash, { hash, row, plan }]] : []
  })
  return new Map(plans)
})

/** An event of the audit log as its bytes say it. */
export interface Told {
  readonly stream: string
  readonly seq: number
  readonly type: string
  readonly at: number
  readonly refs: Row
  readonly body: Row
  readonly actor: Row
}

/** The events of the log by their stream and number; of the bytes, not of the columns beside them. */
export const eventsOf = once((run): readonly Told[] =>
  rowsOf(run, 'audit_entry')
    .map((row) => object(json(bytes(row, 'body'))))
    .map((event) => ({
      stream: text(event, 'stream'),
      seq: number(event, 'seq'),
      type: text(event, 'type'),
      at: time(event, 'at'),
      refs: object(event['refs']),
      body: object(event['body']),
      actor: object(event['actor']),
    }))
    .toSorted((one, other) => (one.stream === other.stream ? one.seq - other.seq : one.stream < other.stream ? -1 : 1)),
)

/** What comes more than once. */
export function repeated(all: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return all.filter((one) => seen.size === seen.add(one).size)
}
