import { durationMs } from '#domain/durations'
import { leastOf } from '#domain/finding'
import type { Override } from '#domain/override'
import type { Budget, Policy } from '#domain/policy'
import { days, type WeekTime } from '#domain/week-time'
import type { OverrideFile } from './policy-override-schema.ts'
import type { PolicyFile } from './policy-schema.ts'

// The schema lets only durations through.
export const ms = (text: string): number => durationMs(text) ?? 0

type Settings = OverrideFile['set']

/** A rule as the file has it, in the words of the domain. */
export function overrideFrom({ name, for: wanted, set }: OverrideFile): Override {
  const { when, severity, ...others } = wanted
  return {
    ...(name === undefined ? {} : { name }),
    for: {
      ...others,
      ...(when === undefined ? {} : { when: when.map(weekTimeFrom) }),
      ...(severity === undefined ? {} : { severity: leastOf(String(severity)) }),
    },
    set: { ...votesFrom(set), ...clocksFrom(set), ...limitsFrom(set) },
  }
}

const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V })

const votesFrom = ({ tier, mode, quorum }: Settings): Override['set'] => ({
  ...given('tier', tier),
  ...given('mode', mode),
  ...given('required', quorum?.required),
  ...given('from', quorum?.groups),
})

const clocksFrom = ({ clocks, ladder }: Settings): Override['set'] => ({
  ...given('decideByMs', durationFrom(clocks?.decideBy)),
  ...given('runByMs', durationFrom(clocks?.runBy)),
  ...given('ladder', ladder === undefined ? undefined : ladderFrom(ladder)),
})

const limitsFrom = ({ budgets, changeWindows, onTimeout }: Settings): Override['set'] => ({
  ...given('automatic', budgetFrom(budgets?.automatic)),
  ...given('approved', budgetFrom(budgets?.approved)),
  ...given('changeWindows', changeWindows?.map(weekTimeFrom)),
  ...given('onTimeout', onTimeout),
})

const durationFrom = (text: string | undefined): number | undefined => (text === undefined ? undefined : ms(text))

export const budgetFrom = (
  budget: { readonly assets: number; readonly per: string } | undefined,
): Budget | undefined => (budget === undefined ? undefined : { assets: budget.assets, windowMs: ms(budget.per) })

export const ladderFrom = (ladder: NonNullable<PolicyFile['ladder']>): Policy['ladder'] =>
  ladder.map(({ wait, ...rung }) => ({ ...rung, waitMs: ms(wait) }))

type WeekTimeFile = NonNullable<OverrideFile['for']['when']>[number]

const weekTimeFrom = (time: WeekTimeFile): WeekTime => ({ ...time, days: time.days ?? days })
