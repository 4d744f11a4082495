import { testFinding } from 'cordon/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Credential, Finding } from '#domain/finding'
import type { Verdict } from '#domain/incident'
import { judgeFindings } from '#domain/verdict'

const account = '111122223333'
const user = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' } as const
const key: Credential = { kind: 'user-key', account, accessKeyId: 'AKIA1', user }
const unknown: Credential = { kind: 'unknown', account }

const threat = testFinding(key, { api: 'ListUsers', remoteAddress: '192.0.2.1' })
const sample = testFinding(key, { isSample: true })
const posture = testFinding(unknown, { type: 'Policy:S3/BucketPublicAccessGranted' })
const inconclusive = testFinding(unknown, { type: 'Recon:EC2/Portscan' })

const verdictOf = (...findings: readonly Finding[]): Verdict => judgeFindings(findings).verdict

describe('a verdict', () => {
  it('is a threat when a known credential was misused, and says from where and for what', () => {
    const { verdict, reasons } = judgeFindings([threat])
    expect(verdict).toBe('threat')
    expect(reasons.join()).toMatch(/192\.0\.2\.1.*ListUsers/)
  })

  it('is a threat by severity alone, where no rule knows the type', () => {
    expect(verdictOf({ ...inconclusive, severityMilli: 7000 })).toBe('threat')
    expect(verdictOf({ ...inconclusive, severityMilli: 6999 })).toBe('inconclusive')
  })

  it('is benign for a sample, however grave it says it is, and posture for a setting', () => {
    expect(verdictOf({ ...sample, severityMilli: 9000 })).toBe('benign-expected')
    expect(verdictOf(posture)).toBe('posture')
  })

  it('goes to a person where no rule knows, and where there is nothing to judge', () => {
    expect(verdictOf(inconclusive)).toBe('inconclusive')
    expect(verdictOf({ ...threat, credential: unknown })).toBe('inconclusive')
    expect(verdictOf()).toBe('inconclusive')
  })

  it('over several findings is the gravest, with the reasons of that one only, in whatever order they came', () => {
    const findings = fc.array(fc.constantFrom(threat, sample, posture, inconclusive), { minLength: 1 })
    const gravity: readonly Verdict[] = ['threat', 'inconclusive', 'posture', 'benign-expected']
    fc.assert(
      fc.property(findings, (several) => {
        const alone = several.map((one) => verdictOf(one))
        const { verdict, reasons } = judgeFindings(several)
        expect(verdict).toBe(gravity.find((grave) => alone.includes(grave)))
        expect(reasons).toHaveLength(alone.filter((one) => one === verdict).length)
      }),
    )
  })
})
