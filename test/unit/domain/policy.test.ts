import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tier } from '#domain/catalogue/entry'
import { globMatches, type Policy, protectionOf, quorumFor, tierOf } from '#domain/policy'
import type { Target } from '#domain/targets'
import { readPolicyFile } from '#store/policy/policy-file'

function shipped(name: 'demo' | 'default'): Policy {
  const read = readPolicyFile(readFileSync(new URL(`../../../policies/${name}.yaml`, import.meta.url), 'utf8'))
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.policy
}

const demo = shipped('demo')
const tiers: readonly Tier[] = ['R0', 'R1', 'R2', 'R3']
const user = (name: string): Target => ({ kind: 'iam-user', account: '111122223333', userId: 'AIDA1', name })

describe('policy', () => {
  it('gives a plan the tier of its gravest step, and R3 when it is wide', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tiers), { minLength: 1, maxLength: 20 }), (steps) => {
        const gravest = tiers[Math.max(...steps.map((tier) => tiers.indexOf(tier)))]
        expect(tierOf(steps, demo)).toBe(steps.length > demo.budgets.wideAbove ? 'R3' : gravest)
      }),
    )
  })

  it('calls a plan wide from one step more than it says', () => {
    const narrow = { ...demo, budgets: { ...demo.budgets, wideAbove: 2 } }
    expect(tierOf(['R1', 'R1'], narrow)).toBe('R1')
    expect(tierOf(['R1', 'R1', 'R1'], narrow)).toBe('R3')
    expect(tierOf([], narrow)).toBe('R0')
  })

  it('wants two people in production for a reversible change, of two groups for a wide one', () => {
    expect(quorumFor('R2', 'production', demo)).toEqual({ required: 2, groups: 1 })
    expect(quorumFor('R3', 'production', demo)).toEqual({ required: 2, groups: 2 })
    expect(quorumFor('R2', 'nonproduction', demo)).toEqual({ required: 1, groups: 1 })
    expect(quorumFor('R0', 'production', demo)).toEqual({ required: 0, groups: 0 })
  })

  it('never lets a reversible change or worse run without a person, as it is shipped', () => {
    for (const policy of [demo, shipped('default')])
      for (const environment of ['production', 'nonproduction'] as const)
        for (const tier of ['R2', 'R3'] as const)
          expect(quorumFor(tier, environment, policy).required).toBeGreaterThanOrEqual(1)
  })

  it('protects by name, in one account or in all', () => {
    expect(protectionOf(user('break-glass-admin'), demo)?.instructions).toContain('break-glass')
    expect(protectionOf(user('CordonAnything'), demo)).not.toBeNull()
    expect(protectionOf(user('deploy-bot'), demo)).toBeNull()
    const narrow = { ...demo, protected: [{ account: '999999999999', name: '*', instructions: 'no' }] }
    expect(protectionOf(user('deploy-bot'), narrow)).toBeNull()
  })

  it('protects a key by its user’s name', () => {
    const owner = { kind: 'iam-user', account: '111122223333', userId: 'AIDA1', name: 'break-glass-admin' } as const
    expect(
      protectionOf({ kind: 'user-key', account: owner.account, accessKeyId: 'AKIA1', user: owner }, demo),
    ).not.toBeNull()
  })

  it('matches names as a regular expression of the same meaning does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '+', '*'), maxLength: 8 })
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const expression = pattern
          .split('*')
          .map((part) => part.replaceAll(/[.+]/g, String.raw`\$&`))
          .join('.*')
        expect(globMatches(pattern, name)).toBe(new RegExp(`^${expression}$`, 's').test(name))
      }),
      { numRuns: 3000 },
    )
  })
})
