import type { FreezeTime } from '#domain/calendar'
import type { Tier } from '#domain/catalogue/entry'
import { entryOf } from '#domain/catalogue/erased'
import { isActionName } from '#domain/catalogue/index'
import { LONGEST_LEASE_MS } from '#domain/lease'
import { isByClaim, type Override } from '#domain/override'
import { tierOfStep } from '#domain/plan-ruling'
import { type Budget, type Environment, modes, type Policy, tiers } from '#domain/policy'
import { isZone, type WeekTime } from '#domain/week-time'

/** What is wrong with a policy although every key and value of it may be there. */
export interface PolicyMeaning {
  readonly path: readonly string[]
  readonly message: string
}

/** Everything that the policy says and cannot mean. */
export const meaningProblems = (policy: Policy): readonly PolicyMeaning[] => [
  ...(['production', 'nonproduction'] as const).flatMap((environment) =>
    finalActions(policy.onTimeout?.[environment] ?? [], ['onTimeout', environment]),
  ),
  ...leaseProblems(policy),
  ...(policy.overrides ?? []).flatMap((rule, index) =>
    [
      ...timesOf(rule),
      ...tierBelow(rule),
      ...finalActions(rule.set.onTimeout ?? [], ['set', 'onTimeout']),
      ...ladderOf(rule, policy),
      ...loosening(rule, policy),
    ].map((one) => under(['overrides', String(index)], one)),
  ),
  ...(policy.freezes ?? []).flatMap((freeze, index) =>
    freezeProblems(freeze).map((one) => under(['freezes', String(index)], one)),
  ),
]

const under = (place: readonly string[], { path, message }: PolicyMeaning): PolicyMeaning => ({
  path: [...place, ...path],
  message,
})

function leaseProblems({ lease }: Policy): readonly PolicyMeaning[] {
  if (lease === undefined) return []
  if (lease.forMs > LONGEST_LEASE_MS) return [{ path: ['lease', 'for'], message: 'is longer than 365d' }]
  return lease.warnMs < lease.forMs
    ? []
    : [{ path: ['lease', 'warn'], message: 'must be shorter than lease.for: people are told before the end' }]
}

const timesOf = ({ for: { when = [] }, set: { changeWindows = [] } }: Override): readonly PolicyMeaning[] => [
  ...when.flatMap((time, index) => weekTimeProblems(time, ['for', 'when', String(index)])),
  ...changeWindows.flatMap((time, index) => weekTimeProblems(time, ['set', 'changeWindows', String(index)])),
]

function weekTimeProblems({ zone, from, to }: WeekTime, path: readonly string[]): readonly PolicyMeaning[] {
  return [
    ...zoneProblems(zone, path),
    ...(from === to
      ? [{ path: [...path, 'to'], message: 'is where it begins: say 00:00 and 24:00 for a whole day' }]
      : []),
    ...(from === '24:00' ? [{ path: [...path, 'from'], message: 'is the end of the day: say 00:00' }] : []),
  ]
}

const zoneProblems = (zone: string, path: readonly string[]): readonly PolicyMeaning[] =>
  isZone(zone) ? [] : [{ path: [...path, 'zone'], message: 'is no time zone: say one such as Europe/Berlin' }]

function freezeProblems({ from, to, zone }: FreezeTime): readonly PolicyMeaning[] {
  const dates = [
    ['from', from],
    ['to', to],
  ] as const
  return [
    ...zoneProblems(zone, []),
    ...dates
      .filter(([, date]) => !isDate(date))
      .map(([key]) => ({ path: [key], message: 'is a day that no month has' })),
    ...(lastOf(to) < from ? [{ path: ['to'], message: 'is before it begins' }] : []),
  ]
}

const lastOf = (to: string): string => (to.includes('T') ? to : `${to}T24:00`)

function isDate(text: string): boolean {
  const day = text.slice(0, 'YYYY-MM-DD'.length)
  const at = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
}

const tiersOf = ({ for: { actions = [] } }: Override): readonly Tier[] =>
  actions.map((action) => tierOfStep({ action }))

const isBelow = (tier: Tier, other: Tier): boolean => tiers.indexOf(tier) < tiers.indexOf(other)

function tierBelow(rule: Override): readonly PolicyMeaning[] {
  const { tier } = rule.set
  const graver = tiersOf(rule).find((one) => tier !== undefined && isBelow(tier, one))
  return graver === undefined
    ? []
    : [{ path: ['set', 'tier'], message: `is below ${graver}, which the catalogue says: a rule only raises it` }]
}

/** What nobody decided is carried out only where it can be taken back. */
const finalActions = (actions: readonly string[], path: readonly string[]): readonly PolicyMeaning[] =>
  actions
    .map((action, index) => ({ action, path: [...path, String(index)] }))
    .filter(({ action }) => isActionName(action) && (!entryOf(action).reversible || tierOfStep({ action }) === 'R3'))
    .map((one) => ({ path: one.path, message: `is ${one.action}, which cannot be undone: people decide it` }))

/** A ladder calls people for an incident, which has no action or target yet. */
function ladderOf({ for: wanted, set }: Override, policy: Policy): readonly PolicyMeaning[] {
  if (set.ladder === undefined) return []
  const path = ['set', 'ladder']
  const foreign = (['actions', 'names', 'tags'] as const).filter((key) => wanted[key] !== undefined)
  const levels = policy.ladder.length
  return [
    ...(foreign.length === 0
      ? []
      : [{ path, message: `cannot go by ${foreign.join(' and ')}: people are called before there is a plan` }]),
    // An incident that becomes graver goes on at the level that it had reached.
    ...(set.ladder.length === levels
      ? []
      : [{ path, message: `must have as many levels as the ladder of the organisation, which has ${levels}` }]),
  ]
}

/** Rules by names, tags and severity only tighten: what such a rule sets must not be looser than what the organisation has. */
function loosening(rule: Override, policy: Policy): readonly PolicyMeaning[] {
  if (!isByClaim(rule)) return []
  const { set } = rule
  const claimed = (['names', 'tags', 'severity'] as const).filter((key) => rule.for[key] !== undefined).join(' and ')
  const looser = (path: readonly string[], than: string): PolicyMeaning => ({
    path: ['set', ...path],
    message: `is looser than ${than}: a rule by ${claimed} only tightens, because others than you can claim them`,
  })
  const { mode, decideByMs = 0, runByMs = 0 } = set
  return [
    ...(mode !== undefined && modes.indexOf(mode) > modes.indexOf(policy.mode.default)
      ? [looser(['mode'], `mode.default (${policy.mode.default})`)]
      : []),
    ...(decideByMs > policy.clocks.decideByMs ? [looser(['clocks', 'decideBy'], 'clocks.decideBy')] : []),
    ...(runByMs > policy.clocks.runByMs ? [looser(['clocks', 'runBy'], 'clocks.runBy')] : []),
    ...fewerVotes(rule, policy).map((than) => looser(['quorum', 'required'], than)),
    ...(['automatic', 'approved'] as const)
      .filter((kind) => isWider(set[kind], policy.budgets[kind]))
      .map((kind) => looser(['budgets', kind], `budgets.${kind}`)),
    ...(isMore(set.onTimeout ?? [], policy) ? [looser(['onTimeout'], 'onTimeout')] : []),
  ]
}

const isMore = (actions: readonly string[], { onTimeout }: Policy): boolean =>
  actions.some((action) => !Object.values(onTimeout ?? {}).some((those) => those.includes(action)))

const isWider = (budget: Budget | undefined, other: Budget): boolean =>
  budget !== undefined && (budget.assets > other.assets || budget.windowMs < other.windowMs)

/** The entries of the organisation that want more votes; without actions a rule means those that change something reversibly. */
function fewerVotes(rule: Override, { quorum }: Policy): readonly string[] {
  const { required } = rule.set
  if (required === undefined) return []
  const environments: readonly Environment[] =
    rule.for.environment === undefined ? ['production', 'nonproduction'] : [rule.for.environment]
  const meant = rule.for.actions === undefined ? (['R2'] as const) : tiersOf(rule)
  return environments
    .flatMap((environment) =>
      meant.map((tier) => ({ key: `quorum.${environment}.${tier}`, wanted: quorum[environment][tier] })),
    )
    .filter(({ wanted }) => wanted > required)
    .map(({ key, wanted }) => `${key} (${wanted})`)
    .slice(0, 1)
}
