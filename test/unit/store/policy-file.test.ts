import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { firstPasskeys, noPasskeys } from '#domain/policy'
import { policyJsonSchema, readPolicyFile } from '#store/policy/policy-file'

const shipped = (name: string): string =>
  readFileSync(new URL(`../../../policies/${name}.yaml`, import.meta.url), 'utf8')

function policyOf(source: string) {
  const read = readPolicyFile(source)
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.policy
}

describe('the policy file', () => {
  it('says with default.yaml what an empty file means', () => {
    // Where votes need a passkey is never changed by silence: an empty file says nothing of it.
    expect(policyOf(shipped('default'))).toEqual({ ...policyOf(''), passkeyFor: firstPasskeys })
  })

  it('starts every account of a real install in observe', () => {
    expect(policyOf(shipped('default')).mode).toEqual({ default: 'observe', accounts: {} })
  })

  it('asks two people in production in the demo, verifies within a second and protects the way in', () => {
    const policy = policyOf(shipped('demo'))
    expect(policy.quorum.production.R2).toBe(2)
    expect(policy.verify).toEqual({ afterMs: [0, 1000], watchMs: 10_000 })
    expect(policy.protected.map(({ name }) => name)).toEqual(['break-glass-admin', 'Cordon*', 'cordon-*'])
  })

  it('takes what it says and leaves the rest as it is by default', () => {
    const policy = policyOf(
      'clocks: {decideBy: 3s}\nmode: {accounts: {111122223333: approve}}\nquorum: {production: {R2: 3}}',
    )
    expect(policy.clocks).toEqual({ decideByMs: 3000, runByMs: 900_000 })
    expect(policy.mode).toEqual({ default: 'observe', accounts: { '111122223333': 'approve' } })
    expect(policy.quorum.production).toEqual({ R0: 0, R1: 0, R2: 3, R3: 2 })
  })

  it('asks for passkeys where it says so, and says nothing of it by leaving it out', () => {
    expect(policyOf('passkeyFor: {production: [R3]}').passkeyFor).toEqual({ production: ['R3'], nonproduction: [] })
    expect(policyOf('repeat: 1').passkeyFor).toBeUndefined()
    expect(policyOf(shipped('demo')).passkeyFor).toEqual(noPasskeys)
  })

  it('has the lease that it says, and keeps its digest by saying nothing of it', () => {
    expect(policyOf('lease: {for: 3d, warn: 6h}').lease).toEqual({ forMs: 259_200_000, warnMs: 21_600_000 })
    expect(policyOf('lease: {for: 30d}').lease).toEqual({ forMs: 2_592_000_000, warnMs: 86_400_000 })
    expect(policyOf('repeat: 1')).not.toHaveProperty('lease')
  })

  it.each([
    ['lease:\n  for: 6h\n  warn: 6h', '3: lease.warn must be shorter than lease.for: people are told before the end'],
    ['lease:\n  for: 12h', '2: lease.warn must be shorter than lease.for: people are told before the end'],
    ['lease:\n  for: 366d', '2: lease.for is longer than 365d'],
    ['lease:\n  for: a while', '2: lease.for must be a duration such as 500ms, 5s, 30m, 4h or 2d'],
    ['lease:\n  forever: true', '2: lease.forever is no key of a policy'],
  ])('refuses %j', (source, problem) => {
    const read = readPolicyFile(source)
    expect(read.kind === 'problems' ? read.problems.map(({ line, message }) => `${line}: ${message}`) : []).toEqual([
      problem,
    ])
  })

  it('names every problem at once, with its line', () => {
    const read = readPolicyFile(
      'clocks:\n  decideBy: soon\nverify:\n  watch: 5\nquorum:\n  production: { R2: 0 }\nsurprise: true\n',
    )
    expect(read.kind).toBe('problems')
    const problems = read.kind === 'problems' ? read.problems.map(({ line, path }) => `${line} ${path}`) : []
    expect(problems).toEqual(expect.arrayContaining(['2 clocks.decideBy', '4 verify.watch', '6 quorum.production.R2']))
    expect(JSON.stringify(read)).toContain('surprise')
  })

  it.each(['clocks: [', 'clocks: {}\nclocks: {}', '- a list', 'clocks: &a {}\nverify: *b'])('refuses %j', (source) => {
    expect(readPolicyFile(source).kind).toBe('problems')
  })

  it('has a JSON Schema for editors', () => {
    expect(policyJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { clocks: {}, quorum: {} },
    })
  })
})

describe('a rule in the policy file', () => {
  const problemsOf = (source: string): readonly string[] => {
    const read = readPolicyFile(source)
    return read.kind === 'problems' ? read.problems.map(({ line, message }) => `${line}: ${message}`) : []
  }
  const rule = (text: string): string => `mode: { default: approve }\noverrides:\n  - ${text}\n`

  it('has the meaning of its words', () => {
    const { overrides, freezes } = policyOf(`
overrides:
  - name: Nights
    for: { accounts: ["111122223333"], severity: high, when: [{ from: "20:00", to: "06:00", zone: Europe/Berlin }] }
    set: { quorum: { required: 2, groups: [security] }, clocks: { decideBy: 5m }, budgets: { approved: { assets: 2, per: 1h } } }
freezes:
  - { from: 2026-12-23, to: 2027-01-02, zone: Europe/Berlin, reason: The year is closed }
`)
    expect(overrides).toEqual([
      {
        name: 'Nights',
        for: {
          accounts: ['111122223333'],
          severity: 7,
          when: [
            {
              days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
              from: '20:00',
              to: '06:00',
              zone: 'Europe/Berlin',
            },
          ],
        },
        set: { required: 2, from: ['security'], decideByMs: 300_000, approved: { assets: 2, windowMs: 3_600_000 } },
      },
    ])
    expect(freezes).toEqual([
      { from: '2026-12-23', to: '2027-01-02', zone: 'Europe/Berlin', reason: 'The year is closed' },
    ])
  })

  it.each([
    [
      'for: { tags: { a: b } }\n    set: { mode: automatic }',
      /4: overrides\.0\.set\.mode is looser than mode\.default/,
    ],
    ['for: { names: ["*"] }\n    set: { quorum: { required: 1 } }', /quorum\.production\.R2 \(2\)/],
    ['for: { severity: critical }\n    set: { clocks: { decideBy: 2h } }', /clocks\.decideBy is looser/],
    ['for: { tags: { a: b } }\n    set: { clocks: { runBy: 2h } }', /clocks\.runBy is looser/],
    [
      'for: { tags: { a: b } }\n    set: { budgets: { automatic: { assets: 9, per: 10m } } }',
      /budgets\.automatic is looser/,
    ],
    [
      'for: { tags: { a: b } }\n    set: { budgets: { approved: { assets: 9, per: 1m } } }',
      /budgets\.approved is looser/,
    ],
    ['for: { actions: [denyUser] }\n    set: { tier: R1 }', /is below R2, which the catalogue says/],
    ['for: { actions: [denyUser] }\n    set: { ladder: [] }', /cannot go by actions/],
    ['for: {}\n    set: { ladder: [{ level: 1, people: [a], wait: 1m }] }', /as many levels .* which has 0/],
    ['for: { when: [{ from: "08:00", to: "08:00", zone: UTC }] }\n    set: { tier: R3 }', /is where it begins/],
    ['for: { when: [{ from: "24:00", to: "08:00", zone: UTC }] }\n    set: { tier: R3 }', /end of the day/],
    ['for: { when: [{ from: "07:00", to: "08:00", zone: Mars }] }\n    set: { tier: R3 }', /is no time zone/],
    ['for: { actions: [explode] }\n    set: { tier: R3 }', /must be one of: .*denyUser/],
    ['for: { colour: red }\n    set: { tier: R3 }', /is no key of a policy/],
    ['for: { units: [production] }\n    set: { tier: R3 }', /must be the path of an organizational unit/],
    ['for: {}\n    set: {}', /overrides\.0\.set/],
    ['for: { accounts: ["111122223333"] }\n    set: { quorum: { required: 0 } }', /quorum\.required/],
  ])('is refused as %j', (text, why) => {
    expect(problemsOf(rule(text)).join('\n')).toMatch(why)
  })

  it.each([
    '{ from: 2026-12-23, to: 2026-12-22, zone: UTC, reason: x }',
    '{ from: 2026-02-30, to: 2026-12-22, zone: UTC, reason: x }',
    '{ from: soon, to: 2026-12-22, zone: UTC, reason: x }',
    '{ from: 2026-12-01, to: 2026-12-22, zone: Mars, reason: x }',
    '{ from: 2026-12-01, to: 2026-12-22, reason: x }',
  ])('a freeze is refused as %j', (text) => {
    expect(problemsOf(`freezes:\n  - ${text}\n`)).not.toEqual([])
  })

  it('that an account’s number names without quotes is found by its line', () => {
    const read = readPolicyFile('mode:\n  accounts:\n    111122223333: approve\n')
    expect(read.kind === 'policy' && read.lineOf(['mode', 'accounts', '111122223333'])).toBe(3)
  })
})

describe('the guide for who writes a policy', () => {
  it('has examples that are a policy together', () => {
    const guide = readFileSync(new URL('../../../docs/guides/policy.md', import.meta.url), 'utf8')
    const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)
    const policy = policyOf(examples.join('\n'))
    expect(policy.overrides).toHaveLength(7)
    expect(policy.freezes).toHaveLength(2)
    expect(policy.budgets.scalingGroup).toEqual({ assets: 1, windowMs: 1_800_000 })
  })
})
