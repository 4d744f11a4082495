import type { Condition, ListFindingsRequest } from '@aws-sdk/client-guardduty'
import type { Call } from '#simulator/services/service'
import type { StoredFinding } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'

export const putFinding = (call: Pick<Call, 'state' | 'account' | 'region'>, finding: StoredFinding): void =>
  call.state.put('finding', `${call.account}/${call.region}/${finding.id}`, finding)

/**
 * Puts a finding that is new into the place, and answers it as it is there: archived at once where a filter of the place, or of one of `above` (its
 * administrator), says so. Source: GuardDuty user guide, suppression rules: they archive new findings that match, and no earlier ones.
 */
export function putNewFinding(
  call: Pick<Call, 'state' | 'account' | 'region'>,
  found: StoredFinding,
  above: readonly string[] = [],
): StoredFinding {
  const filters = [call.account, ...above].flatMap((account) =>
    call.state.list('findingFilter', `${account}/${call.region}/`),
  )
  const isArchived = filters.some(({ action, criteria }) => action === 'ARCHIVE' && fits(found, conditionsIn(criteria)))
  const stored = isArchived ? archived(found) : found
  putFinding(call, stored)
  return stored
}

const archived = ({ id, finding }: StoredFinding): StoredFinding => ({
  id,
  finding: { ...finding, Service: { ...Object(finding['Service']), Archived: true } },
})

type Criteria = ListFindingsRequest['FindingCriteria']

// What a filter keeps is what its request had.
const conditionsIn = (criteria: Criteria): readonly (readonly [string, Condition])[] =>
  Object.entries(criteria?.Criterion ?? {})

const fits = ({ finding }: StoredFinding, conditions: readonly (readonly [string, Condition])[]): boolean =>
  conditions.every(([field, condition]) => meets(fieldOf(finding, field), condition))

/** Throws `not implemented` for a condition that the simulator does not know, before a filter has it. */
export function requireConditions(criteria: Criteria): void {
  for (const [, condition] of conditionsIn(criteria)) for (const name of Object.keys(condition)) testOf(name)
}

/** The findings that fit the criteria, in the order that was asked for (default: newest first). */
export function matchingFindings(
  input: Pick<ListFindingsRequest, 'FindingCriteria' | 'SortCriteria'>,
  call: Call,
): readonly StoredFinding[] {
  const conditions = conditionsIn(input.FindingCriteria)
  return call.state
    .list('finding', `${call.account}/${call.region}/`)
    .filter((stored) => fits(stored, conditions))
    .toSorted(orderOf(input))
}

function orderOf({
  SortCriteria: sort,
}: Pick<ListFindingsRequest, 'SortCriteria'>): (left: StoredFinding, right: StoredFinding) => number {
  const field = sort?.AttributeName ?? 'updatedAt'
  const direction = sort?.OrderBy === 'ASC' ? 1 : -1
  return (left, right) =>
    direction * (comparable(fieldOf(left.finding, field)) - comparable(fieldOf(right.finding, field)))
}

/** A field by its wire name, such as `resource.accessKeyDetails.userName`. */
function fieldOf(finding: StoredFinding['finding'], path: string): unknown {
  let value: unknown = finding
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    const members = value as Readonly<Record<string, unknown>>
    value = members[part.charAt(0).toUpperCase() + part.slice(1)]
  }
  return value
}

/** Times compare as milliseconds, as the API's own criteria do. */
function comparable(value: unknown): number {
  if (typeof value === 'number') return value
  const time = Date.parse(String(value))
  return Number.isNaN(time) ? 0 : time
}

type Test = (value: unknown, wanted: Condition[keyof Condition]) => boolean

const isOneOf: Test = (value, wanted) => Array.isArray(wanted) && wanted.includes(String(value))
const compares =
  (holds: (value: number, wanted: number) => boolean): Test =>
  (value, wanted) =>
    typeof wanted === 'number' && holds(comparable(value), wanted)

const equal: Test = isOneOf
const notEqual: Test = (value, wanted) => !isOneOf(value, wanted)
const above = compares((value, wanted) => value > wanted)
const atLeast = compares((value, wanted) => value >= wanted)
const below = compares((value, wanted) => value < wanted)
const atMost = compares((value, wanted) => value <= wanted)

/** Conditions by the name in the request; the short names are GuardDuty's older ones. */
const TESTS: ReadonlyMap<string, Test> = new Map([
  ['Equals', equal],
  ['Eq', equal],
  ['NotEquals', notEqual],
  ['Neq', notEqual],
  ['GreaterThan', above],
  ['Gt', above],
  ['GreaterThanOrEqual', atLeast],
  ['Gte', atLeast],
  ['LessThan', below],
  ['Lt', below],
  ['LessThanOrEqual', atMost],
  ['Lte', atMost],
])

const meets = (value: unknown, condition: Condition): boolean =>
  (Object.entries(condition) as [string, Condition[keyof Condition]][]).every(([name, wanted]) =>
    testOf(name)(value, wanted),
  )

function testOf(name: string): Test {
  const test = TESTS.get(name)
  if (!test) throw notImplemented(`the finding condition ${name}`)
  return test
}
