import type { Condition } from './document.ts'
import { matchesPattern } from './pattern.ts'

/** What is known of a request: condition key in lower case → values. A key that does not apply is absent. */
export type RequestContext = ReadonlyMap<string, string>

/** Keys whose value the simulator knows for every request to which AWS gives them. */
const KEYS = [
  'aws:calledvia',
  'aws:currenttime',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:sourceidentity',
  'aws:sourceip',
  'aws:tokenissuetime',
  'aws:userid',
  'aws:username',
  'ec2:createaction',
  'ec2:sourceinstancearn',
  'iam:policyarn',
  'sts:externalid',
  'sts:rolesessionname',
  'sts:sourceidentity',
]
const TAG_KEY = /^aws:(principaltag|requesttag|resourcetag)\/./

type Test = (actual: string, wanted: string) => boolean

const dates =
  (compare: (actual: number, wanted: number) => boolean): Test =>
  (actual, wanted) =>
    compare(dateOf(actual), dateOf(wanted))

const numbers =
  (compare: (actual: number, wanted: number) => boolean): Test =>
  (actual, wanted) =>
    compare(Number(actual), Number(wanted))

interface Operator {
  readonly test: Test
  /** True for the operators that hold when no value matches, or when the key is absent. */
  readonly negated: boolean
}

const positive = (test: Test): Operator => ({ test, negated: false })
const negative = (test: Test): Operator => ({ test, negated: true })

const same: Test = (actual, wanted) => actual === wanted
const sameIgnoringCase: Test = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase()
const like: Test = (actual, wanted) => matchesPattern(wanted, actual)

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', positive(same)],
  // Of a key with several values one is enough; here every key has one.
  ['ForAnyValue:StringEquals', positive(same)],
  ['StringNotEquals', negative(same)],
  ['StringEqualsIgnoreCase', positive(sameIgnoringCase)],
  ['StringNotEqualsIgnoreCase', negative(sameIgnoringCase)],
  ['StringLike', positive(like)],
  ['StringNotLike', negative(like)],
  ['ArnEquals', positive(like)],
  ['ArnLike', positive(like)],
  ['ArnNotEquals', negative(like)],
  ['ArnNotLike', negative(like)],
  ['Bool', positive(sameIgnoringCase)],
  ['DateEquals', positive(dates((actual, wanted) => actual === wanted))],
  ['DateNotEquals', negative(dates((actual, wanted) => actual === wanted))],
  ['DateLessThan', positive(dates((actual, wanted) => actual < wanted))],
  ['DateLessThanEquals', positive(dates((actual, wanted) => actual <= wanted))],
  ['DateGreaterThan', positive(dates((actual, wanted) => actual > wanted))],
  ['DateGreaterThanEquals', positive(dates((actual, wanted) => actual >= wanted))],
  ['NumericEquals', positive(numbers((actual, wanted) => actual === wanted))],
  ['NumericLessThan', positive(numbers((actual, wanted) => actual < wanted))],
  ['NumericLessThanEquals', positive(numbers((actual, wanted) => actual <= wanted))],
  ['NumericGreaterThan', positive(numbers((actual, wanted) => actual > wanted))],
  ['NumericGreaterThanEquals', positive(numbers((actual, wanted) => actual >= wanted))],
])

const IF_EXISTS = 'IfExists'

/** IAM reads dates as ISO 8601 or as seconds since 1970. */
const dateOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))

const nameOf = (operator: string): string =>
  operator.endsWith(IF_EXISTS) ? operator.slice(0, -IF_EXISTS.length) : operator

export const isSupportedOperator = (operator: string): boolean => operator === 'Null' || OPERATORS.has(nameOf(operator))

export const isSupportedKey = (key: string): boolean =>
  KEYS.includes(key.toLowerCase()) || TAG_KEY.test(key.toLowerCase())

/** Whether an operator can read a value: a date that is none would make its condition silently false. */
export function isReadable(operator: string, value: string): boolean {
  if (operator.startsWith('Date')) return !Number.isNaN(dateOf(value))
  if (operator.startsWith('Numeric')) return value.trim() !== '' && !Number.isNaN(Number(value))
  return operator === 'Null' || nameOf(operator) === 'Bool' ? value === 'true' || value === 'false' : true
}

/** Whether a condition holds. Conditions come from `parsePolicy`, which lets only supported ones through. */
export function holds({ operator, key, values }: Condition, context: RequestContext): boolean {
  const actual = context.get(key.toLowerCase())
  if (operator === 'Null') return values.some((value) => (value === 'true') === (actual === undefined))
  const known = OPERATORS.get(nameOf(operator))
  if (!known) return false
  if (actual === undefined) return operator.endsWith(IF_EXISTS) || known.negated
  const matched = values.some((value) => known.test(actual, value))
  return known.negated ? !matched : matched
}
