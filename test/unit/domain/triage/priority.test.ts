import { testFinding, testInstanceFinding } from 'cordon/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Credential } from '#domain/finding'
import { verdicts } from '#domain/incident'
import { type Case, confidences } from '#domain/triage/assessment'
import { type ContextFacts, noContext } from '#domain/triage/facts'
import { answerWithinMs, priorities, priorityOf, wakesPeople } from '#domain/triage/priority'
import { judgeCases } from '#domain/verdict'
import { triageRules } from '#triage/index'

const account = '111122223333'
const key: Credential = {
  kind: 'user-key',
  account,
  accessKeyId: 'AKIA1',
  user: { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' },
}
const production: ContextFacts = { ...noContext, environment: 'production' }
const nonproduction: ContextFacts = { ...noContext, environment: 'nonproduction' }
const stolenKey = testFinding(key, { api: 'ListUsers' })
const mining = testInstanceFinding({
  kind: 'ec2-instance',
  account,
  region: 'eu-central-1',
  instanceId: 'i-1',
} as never)
const rank = (finding: Case['finding'], context: ContextFacts) => judgeCases(triageRules, [{ finding, context }])

describe('a priority', () => {
  it('is a sum whose terms are told', () => {
    const { priority, points, terms } = rank(stolenKey, production)
    expect(priority).toBe('P1')
    expect(terms.reduce((sum, term) => sum + term.points, 0)).toBe(points)
    expect(terms.map(({ text }) => text)).toEqual([
      'severity medium',
      'verdict threat',
      'confidence high',
      'in production, or in an account that nobody has described',
      'a known credential is in use',
    ])
  })

  it('is higher in production, where it is critical, and in an attack sequence', () => {
    expect(rank(mining, production).priority).toBe('P1')
    expect(rank(mining, nonproduction).priority).toBe('P2')
    expect(rank(mining, { ...nonproduction, criticality: 'critical' }).priority).toBe('P1')
    expect(rank({ ...mining, type: 'AttackSequence:EC2/CompromisedInstanceGroup' }, nonproduction).priority).toBe('P1')
  })

  it('calls people for every threat, for what is grave and not understood, and for nothing else', () => {
    const every = fc.record({
      verdict: fc.constantFrom(...verdicts),
      confidence: fc.constantFrom(...confidences),
      severityMilli: fc.integer({ min: 0, max: 10_000 }),
    })
    fc.assert(
      fc.property(every, fc.constantFrom(production, nonproduction, noContext), (ranked, context) => {
        const { priority } = priorityOf(ranked, [{ finding: stolenKey, context }])
        const isCalled = wakesPeople({ verdict: ranked.verdict, priority })
        if (ranked.verdict === 'threat') expect(isCalled).toBe(true)
        if (ranked.verdict === 'inconclusive' && ranked.severityMilli >= 7000) expect(isCalled).toBe(true)
        if (!['threat', 'inconclusive'].includes(ranked.verdict)) expect(isCalled).toBe(false)
        if (ranked.verdict === 'benign-expected') expect(priority).toBe('P4')
      }),
    )
  })

  it('gives a person less time the graver it is', () => {
    expect([9500, 8000, 5000, 2000].map((severityMilli) => answerWithinMs({ severityMilli }) / 60_000)).toEqual([
      30, 30, 240, 1440,
    ])
    expect(priorities).toEqual(['P1', 'P2', 'P3', 'P4'])
  })
})
