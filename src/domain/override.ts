import type { Tier } from '#domain/catalogue/entry'
import { type Budget, type Environment, globMatches, type Mode, type Policy } from './policy.ts'
import type { Tags } from './tags.ts'
import { isDuring, type WeekTime } from './week-time.ts'

/** A rule of the policy: for what it is, and what it sets there. */
export interface Override {
  readonly name?: string
  readonly for: {
    readonly accounts?: readonly string[]
    /** Paths of organizational units, such as `/workloads/production`, with `*` for any text. */
    readonly units?: readonly string[]
    readonly environment?: Environment
    readonly actions?: readonly string[]
    /** During these times, by the database’s clock. */
    readonly when?: readonly WeekTime[]
    /** Names of targets, with `*`. */
    readonly names?: readonly string[]
    /** Tags of targets; values with `*`. Each must be there. */
    readonly tags?: Tags
    /** From this severity on, 0 to 10. */
    readonly severity?: number
  }
  readonly set: {
    readonly tier?: Tier
    readonly required?: number
    /** Names of groups: one approval must come from each, of different people. */
    readonly from?: readonly string[]
    readonly decideByMs?: number
    readonly runByMs?: number
    readonly mode?: Mode
    readonly automatic?: Budget
    readonly approved?: Budget
    readonly changeWindows?: readonly WeekTime[]
    /** Actions that are carried out when nobody decided in time. */
    readonly onTimeout?: readonly string[]
    readonly ladder?: Policy['ladder']
  }
}

/** What a rule is asked for: one action on one target at one moment. */
export interface Facts {
  readonly account: string
  /** The path of the account’s organizational unit; null when it is not known, and then no unit is meant. */
  readonly unit: string | null
  readonly environment: Environment
  readonly action: string
  /** The name of the target, as protected names are written. */
  readonly target: string
  readonly tags: Tags
  /** 0 to 10. */
  readonly severity: number
  readonly at: string
}

type Conditions = Override['for']

const some = <T>(wanted: readonly T[] | undefined, fits: (one: T) => boolean): boolean =>
  wanted === undefined || wanted.some(fits)

/** Whether the rule is about that. */
export function covers({ for: wanted }: Override, facts: Facts): boolean {
  const isPlace =
    some(wanted.accounts, (account) => account === facts.account) &&
    some(wanted.units, (path) => facts.unit !== null && globMatches(path, facts.unit)) &&
    (wanted.environment ?? facts.environment) === facts.environment
  return isPlace && some(wanted.actions, (action) => action === facts.action) && isMoment(wanted, facts)
}

const isMoment = (wanted: Conditions, facts: Facts): boolean =>
  some(wanted.when, (time) => isDuring(time, facts.at)) &&
  some(wanted.names, (name) => globMatches(name, facts.target)) &&
  (wanted.severity ?? 0) <= facts.severity &&
  Object.entries(wanted.tags ?? {}).every(([key, value]) => {
    const there = Object.hasOwn(facts.tags, key) ? facts.tags[key] : undefined
    return there !== undefined && globMatches(value, there)
  })

/**
 * Whether the rule goes by what somebody inside the account, or a finding, can claim: names, tags and severity. Such a rule only
 * ever tightens.
 */
export const isByClaim = ({ for: { names, tags, severity } }: Override): boolean =>
  names !== undefined || tags !== undefined || severity !== undefined

/** How near a rule is: level (account, organizational unit, organisation), then the depth of the unit’s path, then how many conditions it has. */
export type Nearness = readonly [level: number, depth: number, conditions: number]

export const ORGANISATION: Nearness = [0, 0, 0]
export const ACCOUNT: Nearness = [2, 0, 0]

export function nearnessOf({ for: wanted }: Override, { unit }: Facts): Nearness {
  const level = wanted.accounts !== undefined ? 2 : wanted.units !== undefined ? 1 : 0
  const meant = (wanted.units ?? []).filter((path) => unit !== null && globMatches(path, unit))
  const { accounts: _, units: __, ...others } = wanted
  return [level, Math.max(0, ...meant.map(depthOf)), Object.keys(others).length]
}

/** How many names of a path are said in full. */
const depthOf = (path: string): number => path.split('/').filter((name) => name !== '' && !name.includes('*')).length

/** Above 0 when the first is nearer. */
export const compareNearness = (one: Nearness, other: Nearness): number =>
  one[0] - other[0] || one[1] - other[1] || one[2] - other[2]
