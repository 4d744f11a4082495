import type { LogPlace, LogTable } from './log-place.ts'

/** A query whose text is made of the configuration alone; every value is a parameter, in the order of the question marks. */
export interface LogQuery {
  readonly text: string
  readonly parameters: readonly string[]
}

/** From when until when, in whose account, and in which Region when what is asked about is in one. */
export interface LogWindow {
  readonly from: Date
  readonly to: Date
  readonly account: string
  readonly region: string | null
}

/** What no query can be made of: no name, address or time is like it. */
export class Unaskable extends RangeError {}

/** What Athena takes as one parameter. Source: Athena API, StartQueryExecution, ExecutionParameters. */
const MOST_CHARACTERS = 1024
/** Names of AWS, addresses and times: nothing that ends a line. */
const PRINTABLE = /^[\x20-\x7e]*$/

/**
 * The text as a literal: Athena reads a parameter as an expression, so it has its quotes, and a quote in it is doubled. Throws an
 * Unaskable for what no name, address or time is. Source: Athena, escaping single quotes.
 */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  if (!PRINTABLE.test(text) || quoted.length > MOST_CHARACTERS)
    throw new Unaskable('a value cannot be asked for: it is too long, or has other characters than names have')
  return quoted
}

const SEPARATOR = '|'

/** Several values as one parameter. Throws an Unaskable for a value that has the bar between them. */
export function listLiteral(values: readonly string[]): string {
  if (values.some((value) => value.includes(SEPARATOR)))
    throw new Unaskable('a value cannot be asked for beside others: it has a bar in it')
  return literal(values.join(SEPARATOR))
}

export const tableName = ({ database }: Pick<LogPlace, 'database'>, { name }: LogTable): string =>
  `"${database}"."${name}"`

const DAY_MS = 86_400_000

/** A day more than the window: what is delivered after midnight is in the partition of its delivery. */
export function partitions(table: LogTable, { from, to, account, region }: LogWindow): LogQuery {
  const places = [
    { column: table.account, value: account },
    { column: table.region, value: region },
  ].flatMap(({ column, value }) => (column === null || value === null ? [] : [{ column, value }]))
  return {
    text: [`"${table.day}" BETWEEN ? AND ?`, ...places.map(({ column }) => `"${column}" = ?`)].join(' AND '),
    parameters: [dayOf(from), dayOf(new Date(to.getTime() + DAY_MS)), ...places.map(({ value }) => value)].map(literal),
  }
}

/** A time as the logs write it: ISO 8601 to the second, in UTC. */
export const secondText = (at: Date): string => `${at.toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`

const dayOf = (at: Date): string => at.toISOString().slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '/')
