import { defineTriageRule, type TriageRule } from 'cordon/runbook'
import { testFinding } from 'cordon/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Credential, Finding } from '#domain/finding'
import { guarddutyTypes } from '#domain/guardduty-types'
import type { Verdict } from '#domain/incident'
import type { Case } from '#domain/triage/assessment'
import { noContext } from '#domain/triage/facts'
import { gravity, judgeCases, judgeFinding } from '#domain/verdict'
import { triageRules } from '#triage/index'

const account = '111122223333'
const user = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' } as const
const key: Credential = { kind: 'user-key', account, accessKeyId: 'AKIA1', user }
const unknown: Credential = { kind: 'unknown', account }

const threat = testFinding(key, { api: 'ListUsers', remoteAddress: '192.0.2.1' })
const sample = testFinding(key, { isSample: true })
const posture = testFinding(unknown, { type: 'Policy:S3/BucketBlockPublicAccessDisabled' })
const inconclusive = testFinding(unknown, { type: 'Recon:EC2/Portscan' })

const seen = (finding: Finding): Case => ({ finding, context: noContext })
const judge = (...findings: readonly Finding[]) => judgeCases(triageRules, findings.map(seen))
const verdictOf = (...findings: readonly Finding[]): Verdict => judge(...findings).verdict

const types = [...guarddutyTypes.keys(), 'Custom:EC2/MadeUp', 'AttackSequence:New/Thing', 'Policy:New/Thing']
const credentials: readonly Credential[] = [key, unknown, { kind: 'root', account, accessKeyId: 'AKIAROOT' }]

const anyFinding = fc
  .record({
    id: fc.string({ minLength: 1, maxLength: 8 }),
    type: fc.oneof(fc.constantFrom(...types), fc.string()),
    severityMilli: fc.integer({ min: 0, max: 10_000 }),
    remoteAddress: fc.option(fc.ipV4(), { nil: null }),
    api: fc.option(fc.string(), { nil: null }),
    isSample: fc.boolean(),
    credential: fc.constantFrom(...credentials),
  })
  .map(({ credential, ...said }) => testFinding(credential, said))
const anyRules = fc.subarray([...triageRules])

describe('a verdict', () => {
  it('is a threat when a known credential was misused, and says from where and for what', () => {
    const { verdict, reasons } = judge(threat)
    expect(verdict).toBe('threat')
    expect(reasons.map(({ text }) => text).join()).toMatch(/192\.0\.2\.1.*ListUsers/)
    expect(reasons[0]?.cites).toEqual([{ kind: 'finding', finding: threat.key, path: 'credential' }])
  })

  it('is benign for a sample, however grave it says it is, and posture for a setting', () => {
    expect(verdictOf({ ...sample, severityMilli: 9000 })).toBe('benign-expected')
    expect(verdictOf(posture)).toBe('posture')
  })

  it('goes to a person where no rule knows, however grave, and where there is nothing to judge', () => {
    const future = { ...inconclusive, type: 'Custom:EC2/MadeUp', severityMilli: 9000 }
    expect(judge(future)).toMatchObject({ verdict: 'inconclusive', priority: 'P2', reasons: [{ rule: 'none' }] })
    expect(verdictOf(inconclusive)).toBe('inconclusive')
    expect(verdictOf({ ...threat, credential: unknown })).toBe('inconclusive')
    expect(verdictOf()).toBe('inconclusive')
  })

  it('is never quiet about what was not looked at one by one', () => {
    expect(judgeCases(triageRules, [seen(sample)], 3)).toMatchObject({
      verdict: 'inconclusive',
      reasons: [{ text: '3 further findings were not judged one by one' }],
    })
  })

  it('over several findings is the gravest, and tells the same reason once', () => {
    const again = { ...threat, id: 'f2', key: 'another' }
    expect(judge(threat, sample, again, posture).reasons).toHaveLength(1)
  })

  it('is given by the rule of an organisation beside the shipped ones, the graver of the two', () => {
    const own = defineTriageRule({
      id: 'own-rule',
      title: 'Nobody scans here',
      handles: ['Recon:EC2/*'],
      judge: ({ finding }) => ({
        verdict: 'threat',
        confidence: 'high',
        reasons: [{ text: 'nobody scans here', cites: [{ kind: 'finding', finding: finding.key, path: 'type' }] }],
      }),
    })
    expect(judgeCases([own, ...triageRules], [seen(inconclusive)]).verdict).toBe('threat')
    const milder: TriageRule = { ...own, handles: ['*'], judge: () => ({ ...benign, verdict: 'benign-expected' }) }
    expect(judgeCases([milder, ...triageRules], [seen(threat)]).verdict).toBe('threat')
  })

  it('goes to a person when a rule breaks, even one of an exception, and what the others say still counts', () => {
    const broken: TriageRule = {
      id: 'broken',
      title: 'Broken',
      handles: ['*'],
      weight: 'exception',
      judge: () => {
        throw new TypeError('no such member')
      },
    }
    expect(judgeCases([broken], [seen(threat)])).toMatchObject({
      verdict: 'inconclusive',
      reasons: [{ text: 'rule broken failed: no such member' }],
    })
    expect(judgeCases([broken, ...triageRules], [seen(threat)]).verdict).toBe('threat')
  })
})

const benign = {
  confidence: 'high',
  reasons: [{ text: 'fine', cites: [{ kind: 'finding', finding: 'f', path: 'type' }] }],
} as const

describe('for any findings and any of the rules', () => {
  it('what is benign was said so by a rule, with evidence of that finding', () => {
    fc.assert(
      fc.property(anyFinding, anyRules, (finding, rules) => {
        const { verdict, reasons } = judgeFinding(rules, seen(finding))
        expect(reasons.length).toBeGreaterThan(0)
        if (verdict !== 'benign-expected') return
        expect(reasons.every(({ rule }) => rules.some(({ id }) => id === rule))).toBe(true)
        expect(finding.isSample).toBe(true)
      }),
    )
  })

  it('what no rule understands is inconclusive', () => {
    fc.assert(
      fc.property(anyFinding, anyRules, (finding, rules) => {
        const silent = rules.filter(
          (rule) => rule.judge(seen(finding)) === null || !rule.handles.includes(finding.type),
        )
        const exact = silent.filter(({ handles }) => !handles.some((pattern) => pattern.endsWith('*')))
        expect(judgeFinding(exact, seen(finding)).verdict).toBe('inconclusive')
      }),
    )
  })

  it('one more finding never makes the verdict milder nor the severity less', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1 }), anyFinding, anyRules, (several, more, rules) => {
        const [before, after] = [several, [...several, more]].map((all) => judgeCases(rules, all.map(seen)))
        if (before === undefined || after === undefined) throw new TypeError('Two judgements were made')
        expect(gravity.indexOf(after.verdict)).toBeLessThanOrEqual(gravity.indexOf(before.verdict))
        expect(after.severityMilli).toBeGreaterThanOrEqual(before.severityMilli)
      }),
    )
  })

  it('the order in which findings came changes nothing of the verdict', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1 }), anyRules, (several, rules) => {
        const said = [several, several.toReversed()].map((all) => judgeCases(rules, all.map(seen)))
        expect(said[0]?.verdict).toBe(said[1]?.verdict)
        expect(said[0]?.priority).toBe(said[1]?.priority)
      }),
    )
  })
})
