import type { Tier } from '#domain/catalogue/entry'
import { isSameJson } from './json.ts'
import {
  ACCOUNT,
  compareNearness,
  covers,
  type Facts,
  isByClaim,
  type Nearness,
  nearnessOf,
  ORGANISATION,
  type Override,
} from './override.ts'
import { type Budget, groupsFor, type Mode, modes, type Policy, tiers } from './policy.ts'
import { asksForCare, PROTECTED_TAG } from './tags.ts'
import type { WeekTime } from './week-time.ts'

/** A value, and the entry of the policy that decided it: its path, such as `quorum.production.R2`, or a word for what is no entry. */
export interface Decided<T> {
  readonly value: T
  readonly by: string
}

/** Everything that the policy says of one action on one target. */
export interface Ruling {
  readonly tier: Decided<Tier>
  readonly required: Decided<number>
  /** How many different groups the approvals must come from. */
  readonly groups: number
  /** Groups of which each must approve. */
  readonly from: Decided<readonly string[]>
  readonly decideByMs: Decided<number>
  readonly runByMs: Decided<number>
  readonly mode: Decided<Mode>
  readonly automatic: Decided<Budget>
  readonly approved: Decided<Budget>
  /** Of each list one window must be open; without a list it is always time. */
  readonly changeWindows: Decided<readonly (readonly WeekTime[])[]>
  /** Actions that are carried out when nobody decided in time. */
  readonly onTimeout: Decided<readonly string[]>
}

/** What a ruling is about: the facts, and what is known of the plan. */
export interface Asked {
  readonly facts: Facts
  /** The tier by the catalogue, or of the whole plan: policy never goes below it. */
  readonly least: Tier
  /** How many people may vote on it: the tag for more care asks for no more than that. */
  readonly pool: number
}

/** Which of two values leaves less to be done; of neither, what leaves less than both. */
type Stricter<T> = (one: T, other: T) => T

const gravest: Stricter<Tier> = (one, other) => (tiers.indexOf(one) > tiers.indexOf(other) ? one : other)
const least: Stricter<Mode> = (one, other) => (modes.indexOf(one) < modes.indexOf(other) ? one : other)
const most: Stricter<number> = (one, other) => Math.max(one, other)
const shortest: Stricter<number> = (one, other) => Math.min(one, other)
const all: Stricter<readonly string[]> = (one, other) => [...new Set([...one, ...other])].toSorted()
const tightest: Stricter<Budget> = (one, other) => ({
  assets: Math.min(one.assets, other.assets),
  windowMs: Math.max(one.windowMs, other.windowMs),
})
const common: Stricter<readonly string[]> = (one, other) => one.filter((action) => other.includes(action))
const both: Stricter<readonly (readonly WeekTime[])[]> = (one, other) => [...one, ...other]

interface Candidate<T> extends Decided<T> {
  readonly nearness: Nearness
}

interface Matching {
  readonly rule: Override
  readonly index: number
}

/** How one value comes out of a rule, what it is without rules, and which of two is stricter. */
interface Question<T> {
  readonly base: readonly Candidate<T>[]
  readonly of: (set: Override['set']) => readonly [key: string, value: T] | null
  readonly stricter: Stricter<T>
}

/**
 * What the policy says of one action on one target. The nearest entry decides: of the account, then of its organizational unit, then of the
 * organisation; of two that are as near, the stricter. Rules by names, tags and severity then tighten what was decided.
 */
export function rule(policy: Policy, asked: Asked): Ruling {
  const { facts } = asked
  const matching = (policy.overrides ?? [])
    .map((one, index) => ({ rule: one, index }))
    .filter((one) => covers(one.rule, facts))
  const decide = <T>(question: Question<T>): Decided<T> => decided(matching, facts, question)
  const tier = tierBy(decide, asked)
  const from = decide<readonly string[]>({
    base: [without([])],
    of: ({ from }) => (from ? ['quorum.groups', from.toSorted()] : null),
    stricter: all,
  })
  const required = requiredBy(decide, { policy, asked, tier: tier.value, from: from.value })
  return {
    tier,
    required,
    groups: groupsFor(tier.value, required.value),
    from,
    ...clocksBy(decide, policy),
    mode: decide({ base: modeBase(policy, facts), of: ({ mode }) => (mode ? ['mode', mode] : null), stricter: least }),
    ...budgetsBy(decide, policy),
    changeWindows: decide<readonly (readonly WeekTime[])[]>({
      base: [without([])],
      of: ({ changeWindows }) => (changeWindows ? ['changeWindows', [changeWindows]] : null),
      stricter: both,
    }),
    onTimeout: decide<readonly string[]>({
      base: [timeoutBase(policy, facts)],
      of: ({ onTimeout }) => (onTimeout ? ['onTimeout', onTimeout] : null),
      stricter: common,
    }),
  }
}

type Decide = <T>(question: Question<T>) => Decided<T>

/** What no entry of the file says. */
export const DEFAULT = 'default'
/** What the catalogue says of the action, or the plan as a whole. */
export const CATALOGUE = 'catalogue'

const without = <T>(value: T): Candidate<T> => ({ value, by: DEFAULT, nearness: ORGANISATION })

const entry = <T>(by: string, value: T): Candidate<T> => ({ value, by, nearness: ORGANISATION })

function decided<T>(matching: readonly Matching[], facts: Facts, { base, of, stricter }: Question<T>): Decided<T> {
  const candidates = (claimed: boolean): readonly Candidate<T>[] =>
    matching.flatMap(({ rule: one, index }) => {
      const said = isByClaim(one) === claimed ? of(one.set) : null
      return said === null
        ? []
        : [{ value: said[1], by: `overrides.${index}.set.${said[0]}`, nearness: nearnessOf(one, facts) }]
    })
  const [first, ...others] = [...base, ...candidates(false)]
  if (first === undefined) throw new TypeError('Every value has a base')
  const { value, by } = others.reduce((found, one) => nearer(found, one, stricter), first)
  return candidates(true).reduce<Decided<T>>((found, one) => tightened(found, one, stricter), { value, by })
}

function nearer<T>(one: Candidate<T>, other: Candidate<T>, stricter: Stricter<T>): Candidate<T> {
  const nearness = compareNearness(one.nearness, other.nearness)
  if (nearness !== 0) return nearness > 0 ? one : other
  return { ...tightened(one, other, stricter), nearness: one.nearness }
}

function tightened<T>(one: Decided<T>, other: Decided<T>, stricter: Stricter<T>): Decided<T> {
  const value = stricter(one.value, other.value)
  return isSameJson(value, one.value) ? one : { value, by: other.by }
}

function tierBy(decide: Decide, { least: floor }: Asked): Decided<Tier> {
  const said = decide<Tier>({
    base: [{ value: floor, by: CATALOGUE, nearness: ORGANISATION }],
    of: ({ tier }) => (tier ? ['tier', tier] : null),
    stricter: gravest,
  })
  return tightened({ value: floor, by: CATALOGUE }, said, gravest)
}

interface Votes {
  readonly policy: Policy
  readonly asked: Asked
  readonly tier: Tier
  readonly from: readonly string[]
}

function requiredBy(decide: Decide, { policy, asked, tier, from }: Votes): Decided<number> {
  const { environment, tags } = asked.facts
  const said = decide<number>({
    base: [entry(`quorum.${environment}.${tier}`, policy.quorum[environment][tier])],
    of: ({ required }) => (required === undefined ? null : ['quorum.required', required]),
    stricter: most,
  })
  const named = Math.max(said.value, from.length)
  // People are asked in any case, and one more than usual when there is one more to ask.
  const careful = Math.max(named, 1, Math.min(named + 1, asked.pool))
  if (asksForCare(tags) && careful > named) return { value: careful, by: `tag ${PROTECTED_TAG}` }
  return named > said.value ? { value: named, by: 'groups of the quorum' } : said
}

function clocksBy(decide: Decide, { clocks }: Policy): Pick<Ruling, 'decideByMs' | 'runByMs'> {
  return {
    decideByMs: decide({
      base: [entry('clocks.decideBy', clocks.decideByMs)],
      of: ({ decideByMs }) => (decideByMs === undefined ? null : ['clocks.decideBy', decideByMs]),
      stricter: shortest,
    }),
    runByMs: decide({
      base: [entry('clocks.runBy', clocks.runByMs)],
      of: ({ runByMs }) => (runByMs === undefined ? null : ['clocks.runBy', runByMs]),
      stricter: shortest,
    }),
  }
}

function budgetsBy(decide: Decide, { budgets }: Policy): Pick<Ruling, 'automatic' | 'approved'> {
  return {
    automatic: decide({
      base: [entry('budgets.automatic', budgets.automatic)],
      of: ({ automatic }) => (automatic ? ['budgets.automatic', automatic] : null),
      stricter: tightest,
    }),
    approved: decide({
      base: [entry('budgets.approved', budgets.approved)],
      of: ({ approved }) => (approved ? ['budgets.approved', approved] : null),
      stricter: tightest,
    }),
  }
}

const timeoutBase = ({ onTimeout }: Policy, { environment }: Facts): Candidate<readonly string[]> =>
  onTimeout === undefined ? without([]) : entry(`onTimeout.${environment}`, onTimeout[environment])

/** The mode of an account is as near as a rule for it without further conditions. */
function modeBase({ mode }: Policy, { account }: Facts): readonly Candidate<Mode>[] {
  const own = mode.accounts[account]
  return [
    entry('mode.default', mode.default),
    ...(own === undefined ? [] : [{ value: own, by: `mode.accounts.${account}`, nearness: ACCOUNT }]),
  ]
}
