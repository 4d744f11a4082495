import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Facts, Override } from '#domain/override'
import { modes, type Policy, tiers } from '#domain/policy'
import { type Asked, type Ruling, rule } from '#domain/ruling'
import { tally } from '#domain/votes'
import { days, isDuring, type WeekTime } from '#domain/week-time'
import { readPolicyFile } from '#store/policy/policy-file'
import { oracleDuring, oracleRule, oracleTally } from './policy-oracle.ts'

function policyOf(source: string): Policy {
  const read = readPolicyFile(source)
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.policy
}

const demoSource = readFileSync(new URL('../../../policies/demo.yaml', import.meta.url), 'utf8')
const demo = policyOf(demoSource)

const ACCOUNT = '111122223333'
const facts: Facts = {
  account: ACCOUNT,
  unit: '/workloads/production',
  environment: 'production',
  action: 'denyUser',
  target: 'deploy-bot',
  tags: {},
  severity: 8,
  // A Thursday; 12:00 in Berlin.
  at: '2026-11-26T11:00:00.000Z',
}
const asked = (changed: Partial<Facts> = {}, known: Partial<Asked> = {}): Asked => ({
  facts: { ...facts, ...changed },
  least: 'R2',
  pool: 5,
  ...known,
})

const withRules = (...overrides: readonly Override[]): Policy => ({ ...demo, overrides })

/** The ruling as plain values. */
const values = (ruling: Ruling, { action } = facts) => ({
  tier: ruling.tier.value,
  required: ruling.required.value,
  groups: ruling.groups,
  from: ruling.from.value,
  decideByMs: ruling.decideByMs.value,
  runByMs: ruling.runByMs.value,
  mode: ruling.mode.value,
  automatic: ruling.automatic.value,
  approved: ruling.approved.value,
  isDoneOnTimeout: ruling.onTimeout.value.includes(action),
})

describe('a ruling', () => {
  it('is the organisation’s own where no rule says otherwise, and names its entries', () => {
    expect(rule(demo, asked())).toMatchObject({
      tier: { value: 'R2', by: 'catalogue' },
      required: { value: 2, by: 'quorum.production.R2' },
      mode: { value: 'approve', by: 'mode.default' },
      decideByMs: { value: 1_800_000, by: 'clocks.decideBy' },
      from: { value: [], by: 'default' },
    })
  })

  it('of the account goes before one of its unit, and that before one of the organisation', () => {
    const rules = [
      { for: { environment: 'production', actions: ['denyUser'] }, set: { mode: 'observe', required: 4 } },
      { for: { units: ['/workloads/*'] }, set: { mode: 'automatic', required: 3, decideByMs: 1 } },
      { for: { accounts: [ACCOUNT] }, set: { mode: 'recommend' } },
    ] as const
    expect(rule(withRules(...rules), asked())).toMatchObject({
      mode: { value: 'recommend', by: 'overrides.2.set.mode' },
      required: { value: 3, by: 'overrides.1.set.quorum.required' },
      decideByMs: { value: 1, by: 'overrides.1.set.clocks.decideBy' },
    })
    expect(rule(withRules(...rules), asked({ unit: null, account: '999999999999' }))).toMatchObject({
      mode: { value: 'observe' },
      required: { value: 4 },
    })
  })

  it('of a deeper unit, or with more conditions, goes before; as near, the stricter one', () => {
    const rules = [
      { for: { units: ['/workloads/production'] }, set: { required: 1 } },
      { for: { units: ['/workloads/*'], actions: ['denyUser'] }, set: { required: 5 } },
      { for: { accounts: [ACCOUNT] }, set: { runByMs: 9 } },
      { for: { accounts: [ACCOUNT], actions: ['denyUser'] }, set: { runByMs: 7 } },
      { for: { accounts: [ACCOUNT], environment: 'production' }, set: { runByMs: 8 } },
    ] as const
    expect(rule(withRules(...rules), asked())).toMatchObject({
      required: { value: 1, by: 'overrides.0.set.quorum.required' },
      runByMs: { value: 7, by: 'overrides.3.set.clocks.runBy' },
    })
  })

  it('by the mode of an account is as near as a rule for it: the stricter of the two', () => {
    const policy = { ...demo, mode: { default: 'observe', accounts: { [ACCOUNT]: 'automatic' } } } as const
    expect(rule(policy, asked()).mode).toEqual({ value: 'automatic', by: `mode.accounts.${ACCOUNT}` })
    const ruled = { ...policy, overrides: [{ for: { accounts: [ACCOUNT] }, set: { mode: 'approve' } }] } as const
    expect(rule(ruled, asked()).mode).toEqual({ value: 'approve', by: 'overrides.0.set.mode' })
  })

  it('by names, tags and severity only tightens, however near it is', () => {
    const rules = [
      { for: { units: ['/workloads/*'] }, set: { mode: 'approve', required: 3 } },
      {
        for: { accounts: [ACCOUNT], tags: { team: 'pay*' } },
        set: { mode: 'automatic', required: 1, from: ['platform'] },
      },
      { for: { accounts: [ACCOUNT], names: ['deploy-*'], severity: 8 }, set: { decideByMs: 5, runByMs: 999_999_999 } },
    ] as const
    expect(values(rule(withRules(...rules), asked({ tags: { team: 'payments' } })))).toMatchObject({
      mode: 'approve',
      required: 3,
      from: ['platform'],
      decideByMs: 5,
      runByMs: 900_000,
    })
  })

  it('never goes below the tier of the catalogue, and asks for the votes of the tier that it raises to', () => {
    const raised = rule(withRules({ for: { actions: ['denyUser'] }, set: { tier: 'R3' } }), asked())
    expect(raised).toMatchObject({ tier: { value: 'R3', by: 'overrides.0.set.tier' }, groups: 2 })
    expect(raised.required.by).toBe('quorum.production.R3')
    const lowered = rule(withRules({ for: { accounts: [ACCOUNT] }, set: { tier: 'R0' } }), asked())
    expect(lowered.tier).toEqual({ value: 'R2', by: 'catalogue' })
  })

  it('wants a vote for each named group, also when that is more than the number', () => {
    const policy = withRules({ for: {}, set: { required: 1, from: ['security', 'platform', 'legal'] } })
    expect(rule(policy, asked()).required).toEqual({ value: 3, by: 'groups of the quorum' })
  })

  it('asks one more for a target with the tag for care, and no more than there are, but always somebody', () => {
    const tagged = (known: Partial<Asked>) =>
      rule(demo, asked({ tags: { 'cordon:protected': 'True' } }, known)).required
    expect(tagged({})).toEqual({ value: 3, by: 'tag cordon:protected' })
    expect(tagged({ pool: 2 })).toMatchObject({ value: 2, by: 'quorum.production.R2' })
    expect(tagged({ least: 'R0', pool: 0 })).toMatchObject({ value: 1 })
    expect(tagged({ least: 'R1' })).toMatchObject({ value: 1 })
  })

  it('goes by the time it is given, in the zone of the rule', () => {
    const night: WeekTime = { days, from: '20:00', to: '06:00', zone: 'Europe/Berlin' }
    const policy = withRules({ for: { when: [night] }, set: { required: 4 } })
    const votesAt = (at: string) => rule(policy, asked({ at })).required.value
    expect(votesAt('2026-11-26T19:00:00Z')).toBe(4)
    expect(votesAt('2026-11-26T18:59:00Z')).toBe(2)
    expect(votesAt('2026-07-01T18:00:00Z')).toBe(4)
    expect(votesAt('2026-07-01T04:00:00Z')).toBe(2)
  })

  it('has every list of windows that counts', () => {
    const [one, other] = [
      [{ days: ['mon'], from: '00:00', to: '24:00', zone: 'UTC' }],
      [{ days: ['tue'], from: '00:00', to: '24:00', zone: 'UTC' }],
    ] as const
    const policy = withRules(
      { for: { environment: 'production' }, set: { changeWindows: one } },
      { for: { tags: { team: '*' } }, set: { changeWindows: other } },
    )
    expect(rule(policy, asked()).changeWindows.value).toEqual([one])
    expect(rule(policy, asked({ tags: { team: 'x' } })).changeWindows.value).toEqual([one, other])
  })
})

// Small worlds: two of everything, so that every way in which rules can meet is there.
const times: readonly WeekTime[] = [
  { days: ['thu'], from: '08:00', to: '18:00', zone: 'Europe/Berlin' },
  { days: ['wed', 'sun'], from: '22:00', to: '12:30', zone: 'America/New_York' },
]
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })
const present = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T
const accounts = [ACCOUNT, '777788889999']
const units = ['/workloads/production', '/workloads/production/shop', '/sandbox']
const budgets = [
  { assets: 1, windowMs: 600_000 },
  { assets: 5, windowMs: 60_000 },
  { assets: 200, windowMs: 3_600_000 },
]
const anyFor = fc
  .record({
    accounts: optional(fc.subarray(accounts, { minLength: 1 })),
    units: optional(
      fc.subarray(['/workloads/*', '/workloads/production', '*', '/workloads/production/shop'], { minLength: 1 }),
    ),
    environment: optional(fc.constantFrom('production', 'nonproduction')),
    actions: optional(fc.subarray(['denyUser', 'isolateInstance'], { minLength: 1 })),
    when: optional(fc.subarray([...times], { minLength: 1 })),
    names: optional(fc.subarray(['deploy-*', 'i-*', '*'], { minLength: 1 })),
    tags: optional(fc.constantFrom({ team: 'pay*' }, { team: '*', tier: '1' })),
    severity: optional(fc.constantFrom(4, 8)),
  })
  .map(present)
const anySet = fc
  .record({
    tier: optional(fc.constantFrom(...tiers)),
    required: optional(fc.integer({ min: 1, max: 4 })),
    from: optional(fc.subarray(['security', 'platform', 'legal'])),
    decideByMs: optional(fc.constantFrom(60_000, 3_600_000)),
    runByMs: optional(fc.constantFrom(60_000, 3_600_000)),
    mode: optional(fc.constantFrom(...modes)),
    automatic: optional(fc.constantFrom(...budgets)),
    approved: optional(fc.constantFrom(...budgets)),
    onTimeout: optional(fc.subarray(['denyUser', 'isolateInstance'])),
  })
  .map(present)
const anyPolicy = fc
  .record({
    overrides: fc.array(fc.record({ for: anyFor, set: anySet }), { maxLength: 6 }),
    onTimeout: fc.record({
      production: fc.subarray(['denyUser', 'isolateInstance']),
      nonproduction: fc.subarray(['denyUser']),
    }),
    mode: fc.record({
      default: fc.constantFrom(...modes),
      accounts: fc.constantFrom({}, { [ACCOUNT]: 'automatic' as const }, { [ACCOUNT]: 'observe' as const }),
    }),
  })
  .map((given) => ({ ...demo, ...given }) as Policy)
const anyTags = fc.constantFrom({}, { team: 'payments' }, { team: 'x', tier: '1' }, { 'cordon:protected': 'true' })
const anyFacts = fc.record({
  account: fc.constantFrom(...accounts),
  unit: fc.constantFrom(null, ...units),
  environment: fc.constantFrom('production' as const, 'nonproduction' as const),
  action: fc.constantFrom('denyUser', 'isolateInstance', 'snapshotVolumes'),
  target: fc.constantFrom('deploy-bot', 'i-0abc'),
  tags: anyTags,
  severity: fc.constantFrom(2, 4, 8.5),
  at: fc
    .date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString()),
})

describe('rulings and the oracle', () => {
  it('say the same of every policy and every fact', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, fc.constantFrom(...tiers), fc.integer({ min: 0, max: 6 }), (...given) => {
        const [policy, of, least, pool] = given
        expect(values(rule(policy, { facts: of, least, pool }), of)).toEqual(oracleRule(policy, of, { least, pool }))
      }),
      { numRuns: 3000 },
    )
  })

  it('say the same of every pair of rules in a small world', () => {
    const conditions: readonly Override['for'][] = [
      {},
      { environment: 'production' },
      { units: ['/workloads/*'] },
      { units: ['/workloads/production'] },
      { accounts: [ACCOUNT] },
      { accounts: [ACCOUNT], actions: ['denyUser'] },
      { tags: { team: '*' } },
      { accounts: [ACCOUNT], names: ['deploy-*'] },
      { severity: 9 },
    ]
    const settings: readonly Override['set'][] = [
      { mode: 'automatic', required: 1, decideByMs: 7_200_000 },
      { mode: 'observe', required: 4, tier: 'R3' },
      { mode: 'approve', from: ['security', 'platform'], automatic: { assets: 50, windowMs: 1000 } },
    ]
    const rules = conditions.flatMap((one) => settings.map((set): Override => ({ for: one, set })))
    const worlds: readonly Facts[] = [
      facts,
      { ...facts, tags: { team: 'x', 'cordon:protected': 'true' } },
      { ...facts, account: '777788889999', unit: '/workloads/staging', environment: 'nonproduction', severity: 9.5 },
    ]
    const pairs = rules.flatMap((one) => rules.map((other) => withRules(one, other)))
    const asks = worlds.flatMap((of) => tiers.map((least) => ({ of, least, pool: 3 })))
    for (const policy of pairs)
      for (const { of, ...known } of asks)
        expect(values(rule(policy, { facts: of, ...known }))).toEqual(oracleRule(policy, of, known))
  })

  it('agree on every minute of a week in which the clocks change', () => {
    const begins = Date.parse('2026-10-22T00:00:00Z')
    for (let minute = 0; minute < 10_080; minute += 7) {
      const at = new Date(begins + minute * 60_000).toISOString()
      for (const time of times) expect(isDuring(time, at)).toBe(oracleDuring(time, at))
    }
  })

  it('count votes the same: three people, every vote order up to three, every quorum', () => {
    const people = [
      { id: 'a', name: 'A', roles: ['approver'], groups: ['security'] },
      { id: 'b', name: 'B', roles: ['approver'], groups: ['security', 'platform'] },
      { id: 'c', name: 'C', roles: ['approver', 'machine'], groups: ['platform'] },
      { id: 'd', name: 'D', roles: ['approver'], groups: [] },
    ] as const
    const choices = ['a', 'b', 'c', 'd'].flatMap((person) =>
      (['approve', 'deny', 'hold'] as const).map((decision) => ({ person, decision })),
    )
    const orders = (length: number): readonly (readonly (typeof choices)[number][])[] =>
      length === 0 ? [[]] : orders(length - 1).flatMap((order) => choices.map((one) => [...order, one]))
    const quorums = [0, 1, 2, 3].flatMap((required) =>
      [[], ['security'], ['security', 'platform']].flatMap((from) =>
        [1, 2].map((groups) => ({ required, groups: Math.min(groups, required), from })),
      ),
    )
    const asked = quorums.flatMap((quorum) => ['a', 'runbook/x'].map((proposer) => ({ quorum, proposer, people })))
    let compared = 0
    for (const order of [0, 1, 2, 3].flatMap(orders)) {
      const votes = order.map((one, index) => ({ ...one, at: `2026-01-01T00:00:0${index}Z` }))
      const wrong = asked.filter((of) => tally({ ...of, votes }).kind !== oracleTally({ ...of, votes }))
      expect(wrong, JSON.stringify(votes)).toEqual([])
      compared += asked.length
    }
    expect(compared).toBeGreaterThan(80_000)
  })

  it('count votes the same with more people and groups', () => {
    const group = fc.constantFrom('security', 'platform', 'legal')
    const anyBallot = fc.record({
      quorum: fc.record({
        required: fc.integer({ min: 0, max: 4 }),
        groups: fc.integer({ min: 0, max: 2 }),
        from: fc.uniqueArray(group, { maxLength: 3 }),
      }),
      proposer: fc.constantFrom('p0', 'nobody'),
      people: fc
        .array(fc.uniqueArray(group), { minLength: 1, maxLength: 6 })
        .map((all) =>
          all.map((groups, index) => ({ id: `p${index}`, name: '', roles: ['approver'] as const, groups })),
        ),
      votes: fc
        .array(
          fc.record({
            person: fc.integer({ min: 0, max: 6 }).map((index) => `p${index}`),
            decision: fc.constantFrom(
              'approve' as const,
              'approve' as const,
              'approve' as const,
              'hold' as const,
              'deny' as const,
            ),
          }),
          { maxLength: 9 },
        )
        .map((votes) => votes.map((one, index) => ({ ...one, at: `2026-01-01T00:00:${10 + index}Z` }))),
    })
    fc.assert(
      fc.property(anyBallot, (ballot) => {
        expect(tally(ballot).kind).toBe(oracleTally(ballot))
      }),
      { numRuns: 3000 },
    )
  })
})

/** Whether the one lets anything happen that the other does not. */
function isLooser(one: Ruling, other: Ruling): boolean {
  const [a, b] = [values(one), values(other)]
  return (
    tiers.indexOf(a.tier) < tiers.indexOf(b.tier) ||
    a.required < b.required ||
    a.groups < b.groups ||
    b.from.some((group) => !a.from.includes(group)) ||
    a.decideByMs > b.decideByMs ||
    a.runByMs > b.runByMs ||
    modes.indexOf(a.mode) > modes.indexOf(b.mode) ||
    [a.automatic, a.approved].some((budget, index) => {
      const before = [b.automatic, b.approved][index] ?? budget
      return budget.assets > before.assets || budget.windowMs < before.windowMs
    })
  )
}

describe('what an account can claim', () => {
  const anyAdded = fc.dictionary(
    fc.constantFrom('team', 'tier', 'cordon:protected', 'x'),
    fc.constantFrom('payments', '1', 'true', ''),
  )

  it('never makes a ruling looser: tags that are added', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, anyAdded, fc.constantFrom(...tiers), (policy, of, added, least) => {
        const before = rule(policy, { facts: of, least, pool: 4 })
        const after = rule(policy, { facts: { ...of, tags: { ...added, ...of.tags } }, least, pool: 4 })
        expect(isLooser(after, before)).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })

  it('never makes a ruling looser than without any claim: a name, or a severity', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, (policy, of) => {
        const known = { least: 'R2', pool: 4 } as const
        const unclaimed = rule(policy, { facts: { ...of, target: '', tags: {}, severity: 0 }, ...known })
        expect(isLooser(rule(policy, { facts: of, ...known }), unclaimed)).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })
})
