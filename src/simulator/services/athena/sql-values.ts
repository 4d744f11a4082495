import type { Fields } from './datasets.ts'

/** What an expression is worth. */
export type Value = string | number | boolean | null | readonly string[]

/** Rows that belong together: one, or those of a group. A column is that of the first. */
export type Evaluate = (rows: readonly Fields[]) => Value

/** A query that Trino would refuse. */
export class SqlError extends Error {}

const textOf = (value: Value): string => (value === null ? '' : String(value))
const numbersOf = (evaluate: Evaluate, rows: readonly Fields[]): readonly number[] =>
  rows.map((row) => Number(evaluate([row])))

function extracted(json: Value, path: Value): Value {
  const name = /^\$\.([\w.]+)$/.exec(textOf(path))?.[1]
  if (name === undefined) throw new SqlError(`INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '${textOf(path)}'`)
  if (json === null) return null
  const found = name
    .split('.')
    .reduce<unknown>(
      (at, key) => (at as Readonly<Record<string, unknown>> | null | undefined)?.[key],
      JSON.parse(textOf(json)),
    )
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? String(found) : null
}

type Apply = (given: readonly Evaluate[], rows: readonly Fields[]) => Value

const scalar =
  (apply: (...values: Value[]) => Value): Apply =>
  (given, rows) =>
    apply(...given.map((evaluate) => evaluate(rows)))

const aggregate =
  (apply: (numbers: readonly number[]) => number): Apply =>
  ([evaluate = () => null], rows) =>
    apply(numbersOf(evaluate, rows))

/** The value of the rows that stands before all others; nothing is no value. */
const extreme =
  (stands: (one: Value, other: Value) => boolean): Apply =>
  ([evaluate = () => null], rows) => {
    const values = rows.map((row) => evaluate([row])).filter((value) => value !== null)
    return values.reduce<Value>((best, value) => (best === null || stands(value, best) ? value : best), null)
  }

/** A text as a number; what is none fails as Trino does. Null stays null. */
export function castToDouble(value: Value): Value {
  if (value === null) return null
  const number = Number(value)
  if (Number.isNaN(number)) throw new SqlError(`INVALID_CAST_ARGUMENT: Cannot cast '${textOf(value)}' to DOUBLE`)
  return number
}

/** Functions of Trino, as far as they are asked for. Source: Trino, functions and operators. */
const functions: Readonly<Record<string, Apply>> = {
  coalesce: scalar((...values) => values.find((value) => value !== null) ?? null),
  contains: scalar(
    (list = null, value = null) => Array.isArray(list) && typeof value === 'string' && list.includes(value),
  ),
  json_extract_scalar: scalar((json = null, path = null) => extracted(json, path)),
  split: scalar((text = null, by = null) => textOf(text).split(textOf(by))),
  split_part: scalar((text = null, by = null, nth = 1) =>
    text === null ? null : (textOf(text).split(textOf(by))[Number(nth) - 1] ?? null),
  ),
  sum: aggregate((numbers) => numbers.reduce((sum, one) => sum + one, 0)),
  min: extreme((one, other) => compared(one, other) <= 0),
  max: extreme((one, other) => compared(one, other) >= 0),
  element_at: scalar((list = null, nth = null) => (Array.isArray(list) ? (list[Number(nth) - 1] ?? null) : null)),
  count: (_given, rows) => rows.length,
}

/** A call of a function by its name. Throws a SqlError for one that is not known. */
export function called(name: string, given: readonly Evaluate[]): Evaluate {
  const apply = functions[name]
  if (apply === undefined) throw new SqlError(`FUNCTION_NOT_FOUND: Function '${name}' not registered`)
  return (rows) => apply(given, rows)
}

/** −1, 0 or 1; numbers by their size, everything else as text. */
export function compared(one: Value, other: Value): number {
  if (typeof one === 'number' || typeof other === 'number') return Math.sign(Number(one) - Number(other))
  return textOf(one) < textOf(other) ? -1 : textOf(one) > textOf(other) ? 1 : 0
}
