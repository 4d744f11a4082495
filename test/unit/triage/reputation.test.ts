import { testFinding } from 'cordon/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Credential } from '#domain/finding'
import { guarddutyTypes } from '#domain/guardduty-types'
import { type ContextFact, type FactName, factNames, noContext } from '#domain/triage/facts'
import { priorities } from '#domain/triage/priority'
import { gravity, judgeCases } from '#domain/verdict'
import { triageRules } from '#triage/index'

const account = '111122223333'
const user = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' } as const
const key: Credential = { kind: 'user-key', account, accessKeyId: 'AKIA1', user }

const fact = (name: FactName): ContextFact => ({ fact: name, entry: `entry of ${name}`, text: 'by a test' })
const judge = (finding: ReturnType<typeof testFinding>, names: readonly FactName[]) =>
  judgeCases(triageRules, [{ finding, context: { ...noContext, facts: names.map(fact) } }])

describe('a list of bad reputation', () => {
  it('never makes a verdict milder, a priority lower or a sum smaller', () => {
    const said = fc.record({
      type: fc.constantFrom(...guarddutyTypes.keys()),
      severityMilli: fc.integer({ min: 0, max: 10_000 }),
      isSample: fc.boolean(),
      api: fc.constantFrom(null, 'ListUsers'),
    })
    const credential = fc.constantFrom<Credential>(key, { kind: 'unknown', account })
    const facts = fc.subarray(factNames.filter((name) => name !== 'bad reputation'))
    fc.assert(
      fc.property(said, credential, facts, (finding, whose, names) => {
        const seen = testFinding(whose, finding)
        const [without, withList] = [judge(seen, names), judge(seen, [...names, 'bad reputation'])]
        expect(gravity.indexOf(withList.verdict)).toBeLessThanOrEqual(gravity.indexOf(without.verdict))
        expect(priorities.indexOf(withList.priority)).toBeLessThanOrEqual(priorities.indexOf(without.priority))
        expect(withList.points).toBeGreaterThanOrEqual(without.points)
      }),
      { numRuns: 2000 },
    )
  })

  it('gives to a person what the organisation expects and the list calls bad, and names both', () => {
    const scan = testFinding(key, { type: 'Recon:IAMUser/TorIPCaller' })
    expect(judge(scan, ['expected']).verdict).toBe('benign-expected')
    const doubted = judge(scan, ['expected', 'bad reputation'])
    expect(doubted.verdict).toBe('inconclusive')
    expect(doubted.reasons.flatMap(({ cites }) => cites)).toEqual(
      expect.arrayContaining([
        { kind: 'context', entry: 'entry of expected' },
        { kind: 'context', entry: 'entry of bad reputation' },
      ]),
    )
  })

  it('leaves a sample what it is', () => {
    const sample = testFinding(key, { type: 'Recon:IAMUser/TorIPCaller', isSample: true })
    expect(judge(sample, ['known scanner', 'bad reputation']).verdict).toBe('benign-expected')
  })
})
