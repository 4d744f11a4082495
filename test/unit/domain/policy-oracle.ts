/**
 * What a policy says and what votes amount to, written a second time from the words of the issue and of the guide, by other means than the
 * product's: it shares no code with it. Slow and plain on purpose.
 */
export interface OracleRule {
  readonly for: {
    readonly accounts?: readonly string[]
    readonly units?: readonly string[]
    readonly environment?: string
    readonly actions?: readonly string[]
    readonly when?: readonly OracleTime[]
    readonly names?: readonly string[]
    readonly tags?: Readonly<Record<string, string>>
    readonly severity?: number
  }
  readonly set: {
    readonly tier?: string
    readonly required?: number
    readonly from?: readonly string[]
    readonly decideByMs?: number
    readonly runByMs?: number
    readonly mode?: string
    readonly automatic?: OracleBudget
    readonly approved?: OracleBudget
    readonly onTimeout?: readonly string[]
  }
}

interface OracleBudget {
  readonly assets: number
  readonly windowMs: number
}

export interface OracleTime {
  readonly days: readonly string[]
  readonly from: string
  readonly to: string
  readonly zone: string
}

export interface OraclePolicy {
  readonly clocks: { readonly decideByMs: number; readonly runByMs: number }
  readonly quorum: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly budgets: { readonly automatic: OracleBudget; readonly approved: OracleBudget }
  readonly mode: { readonly default: string; readonly accounts: Readonly<Record<string, string>> }
  readonly onTimeout?: Readonly<Record<string, readonly string[]>>
  readonly overrides?: readonly OracleRule[]
}

export interface OracleFacts {
  readonly account: string
  readonly unit: string | null
  readonly environment: string
  readonly action: string
  readonly target: string
  readonly tags: Readonly<Record<string, string>>
  readonly severity: number
  readonly at: string
}

/** From loose to strict. */
const TIERS = ['R0', 'R1', 'R2', 'R3']
const MODES = ['automatic', 'approve', 'recommend', 'observe']
const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const fits = (glob: string, text: string): boolean => {
  // Every way in which the stars can be filled, by a table of places.
  let places = new Set([0])
  for (const char of glob) {
    const before = [...places]
    places = new Set(
      char === '*'
        ? Array.from({ length: text.length + 1 }, (_, to) => to).filter((to) => before.some((place) => place <= to))
        : before.filter((place) => text[place] === char).map((place) => place + 1),
    )
  }
  return places.has(text.length)
}

const offsets = new Map<string, Intl.DateTimeFormat>()

/** Minutes since Sunday 00:00 on the wall of the zone, by its offset from UTC. */
function minuteOfWeek(at: string, zone: string): number {
  const format = offsets.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  offsets.set(zone, format)
  const named = format.formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')?.value
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(named ?? '') ?? []
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  const wall = new Date(Date.parse(at) + offset * 60_000)
  return wall.getUTCDay() * 1440 + wall.getUTCHours() * 60 + wall.getUTCMinutes()
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

export function oracleDuring({ days, from, to, zone }: OracleTime, at: string): boolean {
  const now = minuteOfWeek(at, zone)
  return days.some((day) => {
    const begins = WEEK.indexOf(day) * 1440 + minutesOf(from)
    const length = minutesOf(to) - minutesOf(from)
    const minutes = length > 0 ? length : length + 1440
    return (now - begins + 10_080) % 10_080 < minutes
  })
}

function isFor(rule: OracleRule, facts: OracleFacts): boolean {
  const { accounts, units, environment, actions, when, names, tags, severity } = rule.for
  if (accounts && !accounts.includes(facts.account)) return false
  if (units && (facts.unit === null || !units.some((unit) => fits(unit, facts.unit ?? '')))) return false
  if (environment && environment !== facts.environment) return false
  if (actions && !actions.includes(facts.action)) return false
  if (when && !when.some((time) => oracleDuring(time, facts.at))) return false
  if (names && !names.some((name) => fits(name, facts.target))) return false
  if (severity !== undefined && facts.severity < severity) return false
  for (const [key, value] of Object.entries(tags ?? {}))
    if (!Object.keys(facts.tags).includes(key) || !fits(value, facts.tags[key] ?? '')) return false
  return true
}

const isClaim = (rule: OracleRule): boolean =>
  Boolean(rule.for.names || rule.for.tags || rule.for.severity !== undefined)

/** One number: the nearer the greater. */
function near(rule: OracleRule, facts: OracleFacts): number {
  const level = rule.for.accounts ? 2 : rule.for.units ? 1 : 0
  let depth = 0
  for (const unit of rule.for.units ?? [])
    if (facts.unit !== null && fits(unit, facts.unit))
      depth = Math.max(depth, unit.split('/').filter((part) => part.length > 0 && !part.includes('*')).length)
  const conditions = ['environment', 'actions', 'when', 'names', 'tags', 'severity'].filter((key) => key in rule.for)
  return level * 10_000 + depth * 100 + conditions.length
}

/** The value that decides: of the nearest entries, the strictest; then whatever claims make of it. */
function settle<T>(
  entries: readonly { readonly near: number; readonly isClaim: boolean; readonly value: T }[],
  strict: (values: readonly T[]) => T,
): T {
  const trusted = entries.filter((entry) => !entry.isClaim)
  const nearest = Math.max(...trusted.map((entry) => entry.near))
  const decided = strict(trusted.filter((entry) => entry.near === nearest).map((entry) => entry.value))
  return strict([decided, ...entries.filter((entry) => entry.isClaim).map((entry) => entry.value)])
}

export function oracleRule(policy: OraclePolicy, facts: OracleFacts, known: { least: string; pool: number }) {
  const rules = (policy.overrides ?? []).filter((rule) => isFor(rule, facts))
  const entries = <T>(base: T, of: (set: OracleRule['set']) => T | undefined) => [
    { near: 0, isClaim: false, value: base },
    ...rules.flatMap((rule) => {
      const value = of(rule.set)
      return value === undefined ? [] : [{ near: near(rule, facts), isClaim: isClaim(rule), value }]
    }),
  ]
  const last = (order: readonly string[]) => (values: readonly string[]) =>
    order.findLast((one) => values.includes(one)) ?? ''
  const smallest = (values: readonly number[]) => Math.min(...values)
  const greatest = (values: readonly number[]) => Math.max(...values)
  const tight = (values: readonly OracleBudget[]) => ({
    assets: smallest(values.map(({ assets }) => assets)),
    windowMs: greatest(values.map(({ windowMs }) => windowMs)),
  })
  const said = settle(
    entries(known.least, (set) => set.tier),
    last(TIERS),
  )
  const tier = last(TIERS)([said, known.least])
  const from = settle<readonly string[]>(
    entries<readonly string[]>([], (set) => set.from),
    (values) => [...new Set(values.flat())].toSorted(),
  )
  const votes = settle(
    entries(policy.quorum[facts.environment]?.[tier] ?? 0, (set) => set.required),
    greatest,
  )
  const own = policy.mode.accounts[facts.account]
  const modes = [
    ...entries(policy.mode.default, (set) => set.mode),
    ...(own === undefined ? [] : [{ near: 20_000, isClaim: false, value: own }]),
  ]
  let required = greatest([votes, from.length])
  if ((facts.tags['cordon:protected'] ?? '').toLowerCase() === 'true') {
    const more = required + 1 <= known.pool ? required + 1 : required
    required = more === 0 ? 1 : more
  }
  return {
    tier,
    required,
    groups: tier === 'R3' ? smallest([2, required]) : smallest([1, required]),
    from,
    decideByMs: settle(
      entries(policy.clocks.decideByMs, (set) => set.decideByMs),
      smallest,
    ),
    runByMs: settle(
      entries(policy.clocks.runByMs, (set) => set.runByMs),
      smallest,
    ),
    mode: settle(modes, last(MODES)),
    automatic: settle(
      entries(policy.budgets.automatic, (set) => set.automatic),
      tight,
    ),
    approved: settle(
      entries(policy.budgets.approved, (set) => set.approved),
      tight,
    ),
    isDoneOnTimeout: settle<boolean>(
      entries<boolean>(policy.onTimeout?.[facts.environment]?.includes(facts.action) ?? false, (set) =>
        set.onTimeout === undefined ? undefined : set.onTimeout.includes(facts.action),
      ),
      (each) => each.every(Boolean),
    ),
  }
}

export interface OraclePerson {
  readonly id: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

export interface OracleBallot {
  readonly quorum: { readonly required: number; readonly groups: number; readonly from?: readonly string[] }
  readonly proposer: string
  readonly people: readonly OraclePerson[]
  /** In the order in which they were cast. */
  readonly votes: readonly { readonly person: string; readonly decision: string }[]
}

/** Whether somebody who may vote denied or holds it, and else whether the quorum is there. */
export function oracleTally({ quorum, proposer, people, votes }: OracleBallot): string {
  const voters = people.filter(
    ({ id, roles }) => id !== proposer && roles.includes('approver') && !roles.includes('machine'),
  )
  const of = (id: string) => votes.filter((vote) => vote.person === id).map(({ decision }) => decision)
  if (voters.some(({ id }) => of(id).includes('deny'))) return 'denied'
  if (voters.some(({ id }) => of(id).at(-1) === 'hold')) return 'held'
  const approving = voters.filter(({ id }) => of(id).at(-1) === 'approve')
  if (approving.length < quorum.required) return 'open'
  if (quorum.groups === 1 && approving.length === 0) return 'open'
  // Every way in which each approver can stand for one of their groups, or for none.
  const ways = approving.reduce<readonly (readonly (string | null)[])[]>(
    (sofar, { groups }) => sofar.flatMap((way) => [null, ...groups].map((group) => [...way, group])),
    [[]],
  )
  const differ = quorum.groups < 2 || ways.some((way) => new Set(way.filter((group) => group !== null)).size > 1)
  const heard = ways.some((way) => {
    const voices = way.filter((group) => group !== null)
    return (quorum.from ?? []).every((name) => voices.includes(name))
  })
  return differ && heard ? 'approved' : 'open'
}
