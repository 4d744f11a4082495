import { testFinding } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import type { Credential, Finding } from '#domain/finding'
import { guarddutyTypes, responseFamilies } from '#domain/guardduty-types'
import type { Case } from '#domain/triage/assessment'
import { type FactName, noContext } from '#domain/triage/facts'
import { judgeFinding } from '#domain/verdict'
import { triageRules } from '#triage/index'

const account = '111122223333'
const key: Credential = {
  kind: 'user-key',
  account,
  accessKeyId: 'AKIA1',
  user: { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' },
}
const milli = { low: 2000, medium: 5000, high: 8000, critical: 9500 }

const about = (type: string, said: Partial<Finding> = {}): Finding => testFinding(key, { type, ...said })
const knowing = (finding: Finding, ...facts: readonly FactName[]): Case => ({
  finding,
  context: { ...noContext, facts: facts.map((fact) => ({ fact, entry: `entry of ${fact}`, text: 'by a test' })) },
})
const judge = (finding: Finding, ...facts: readonly FactName[]) => judgeFinding(triageRules, knowing(finding, ...facts))

describe('the shipped rules', () => {
  it('have one id each', () => {
    expect(new Set(triageRules.map(({ id }) => id)).size).toBe(triageRules.length)
  })

  it('answer every active type of GuardDuty, at every severity', () => {
    const unanswered = [...guarddutyTypes.keys()].flatMap((type) =>
      Object.values(milli)
        .map((severityMilli) => judge(about(type, { severityMilli })))
        .filter(({ verdict, reasons }) => verdict === 'benign-expected' || reasons.some(({ rule }) => rule === 'none'))
        .map(() => type),
    )
    expect(unanswered).toEqual([])
  })

  it('know the number of types that GuardDuty documents, each in a family that has a rule of its own', () => {
    expect(guarddutyTypes.size).toBe(204)
    const ruled = new Set(triageRules.map(({ id }) => id))
    expect(responseFamilies.filter((family) => !ruled.has(family))).toEqual([])
  })

  it('leave a type that is newer than they are to a person', () => {
    for (const type of ['Impact:EC2/Teleportation', 'Policy:S3/Newest', 'Recon:IAMUser/Telepathy'])
      expect(judge(about(type)), type).toMatchObject({ verdict: 'inconclusive', reasons: [{ rule: 'none' }] })
  })

  it('take the default severity of a high type for a threat, but where it is a setting or a probe', () => {
    const others = [...guarddutyTypes]
      .filter(([, { severity }]) => severity === 'high')
      .filter(([type]) => judge(about(type, { severityMilli: milli.high })).verdict !== 'threat')
      .map(([, { family }]) => family)
    expect(new Set(others)).toEqual(new Set(['exposure', 'probe']))
  })
})

describe('what looks for weaknesses', () => {
  it('reports posture, however high its number is, and wakes nobody', () => {
    const check = about('Software and Configuration Checks/Vulnerabilities/CVE', { severityMilli: milli.critical })
    expect(judge(check).verdict).toBe('posture')
    const vulnerability = { ...about('PACKAGE_VULNERABILITY'), source: 'inspector' } as unknown as Finding
    expect(judge(vulnerability).verdict).toBe('posture')
    expect(judge(about('TTPs/Initial Access/Something')).verdict).toBe('inconclusive')
  })
})

describe('a probe', () => {
  const bruteForce = 'UnauthorizedAccess:EC2/SSHBruteForce'
  const role = (resourceRole: 'target' | 'actor') => ({
    ...about(bruteForce, { severityMilli: milli.low }),
    resourceRole,
  })

  it('is a threat where the instance is the actor, and posture where it is the target', () => {
    expect(judge(role('actor'))).toMatchObject({ verdict: 'threat', severityMilli: 7000 })
    expect(judge(role('target')).verdict).toBe('posture')
    expect(judge(about(bruteForce, { severityMilli: milli.low })).verdict).toBe('inconclusive')
  })

  it('is benign from a known scanner, by the entry that says so', () => {
    expect(judge(about('Recon:EC2/PortProbeUnprotectedPort'), 'known scanner')).toMatchObject({
      verdict: 'benign-expected',
      reasons: [{ cites: [{ kind: 'context', entry: 'entry of known scanner' }, { kind: 'finding' }] }],
    })
  })
})

describe('context', () => {
  it('makes an expected behaviour benign, and never an attack sequence', () => {
    expect(judge(about('Recon:IAMUser/TorIPCaller'), 'expected').verdict).toBe('benign-expected')
    expect(judge(about('AttackSequence:IAM/CompromisedCredentials'), 'expected', 'known scanner').verdict).toBe(
      'threat',
    )
  })

  it('makes no part of an attack sequence benign', () => {
    const part = { ...about('Recon:IAMUser/TorIPCaller'), attackSequence: { kind: 'part', arn: 'arn' } } as Finding
    expect(judge(part, 'expected', 'known scanner').verdict).toBe('inconclusive')
  })

  it('lets a known scanner scan, and nothing else', () => {
    expect(judge(about('PenTest:IAMUser/KaliLinux'), 'known scanner').verdict).toBe('benign-expected')
    expect(judge(about('UnauthorizedAccess:IAMUser/MaliciousIPCaller'), 'known scanner').verdict).toBe('threat')
  })

  it('asks a person about a credential that is used from an own network', () => {
    const type = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS'
    expect(judge(about(type, { severityMilli: milli.high })).verdict).toBe('threat')
    expect(judge(about(type, { severityMilli: milli.high }), 'own network').verdict).toBe('inconclusive')
  })

  it('makes what is unusual a threat in a Region where nobody works', () => {
    const type = 'Persistence:IAMUser/AnomalousBehavior'
    expect(judge(about(type)).verdict).toBe('inconclusive')
    expect(judge(about(type), 'outside working Regions').verdict).toBe('threat')
  })

  it('that says nothing, or only softens, makes no finding benign', () => {
    const soft: readonly FactName[] = ['own network', 'jump host', 'break-glass principal', 'maintenance']
    const closed = [...guarddutyTypes.keys()].filter(
      (type) => judge(about(type), ...soft).verdict === 'benign-expected',
    )
    expect(closed).toEqual([])
  })
})

describe('root and logs', () => {
  it('are heard of by a person at once, though their number is low', () => {
    for (const type of ['Policy:IAMUser/RootCredentialUsage', 'Stealth:IAMUser/CloudTrailLoggingDisabled'])
      expect(judge(about(type, { severityMilli: milli.low })), type).toMatchObject({
        verdict: 'inconclusive',
        severityMilli: 7000,
      })
  })
})
