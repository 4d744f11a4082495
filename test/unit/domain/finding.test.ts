import { describe, expect, it } from 'vitest'
import { durationMs } from '#domain/durations'
import { leftBehind } from '#domain/evidence'
import { bandOf, type Credential, correlationKey, type Finding, findingKey, handles } from '#domain/finding'
import { comesFrom, isTerminal, isUnderWay, planStatuses, statusAfter } from '#domain/plan'
import { type Target, targetKey, targetName, targetText } from '#domain/targets'
import { judgeFindings } from '#domain/verdict'

const account = '111122223333'
const user = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' } as const
const role = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' } as const
const key = { kind: 'user-key', account, accessKeyId: 'AKIA1', user } as const

const finding = (changed: Partial<Finding> = {}): Finding => ({
  key: findingKey(account, 'eu-central-1', 'f1'),
  id: 'f1',
  source: 'guardduty',
  type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
  account,
  region: 'eu-central-1',
  severityMilli: 5000,
  title: 'A key is used from a bad place',
  description: '',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  count: 1,
  isSample: false,
  credential: key,
  remoteAddress: '192.0.2.1',
  api: 'ListUsers',
  userAgent: null,
  ...changed,
})

describe('a finding', () => {
  it.each([
    ['UnauthorizedAccess:IAMUser/*', 'UnauthorizedAccess:IAMUser/MaliciousIPCaller', true],
    ['UnauthorizedAccess:IAMUser/MaliciousIPCaller', 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom', false],
    ['*', 'Anything:At/All', true],
    ['CredentialAccess:IAMUser/*', 'UnauthorizedAccess:IAMUser/X', false],
  ])('is handled by %s: %s %s', (pattern, type, expected) => {
    expect(handles(pattern, type)).toBe(expected)
  })

  it('is about the same entity as another one by unique ids, whatever its key or name', () => {
    const other: Credential = { ...key, accessKeyId: 'AKIA2', user: { ...user, name: 'renamed' } }
    expect(correlationKey(finding({ credential: other }))).toBe(correlationKey(finding()))
    const session: Credential = { kind: 'role-session', account, accessKeyId: 'ASIA1', role, session: 's' }
    expect(correlationKey(finding({ credential: session }))).toContain('AROA1')
    expect(correlationKey(finding({ credential: { kind: 'unknown', account } }))).toContain('f1')
    expect(correlationKey(finding({ credential: { kind: 'root', account, accessKeyId: 'AKIA1' } }))).toBe(
      `${account}/root`,
    )
  })

  it.each([
    [3.9, 'low'],
    [4, 'medium'],
    [7, 'high'],
    [9, 'critical'],
  ])('of severity %d is %s', (severity, band) => {
    expect(bandOf(severity)).toBe(band)
  })
})

describe('a verdict', () => {
  it('is a threat when a known credential was misused, with the reason', () => {
    const { verdict, reasons } = judgeFindings([finding()])
    expect(verdict).toBe('threat')
    expect(reasons.join()).toContain('192.0.2.1')
  })

  it('is benign for a sample, posture for a policy finding, and inconclusive where no rule knows', () => {
    expect(judgeFindings([finding({ isSample: true })]).verdict).toBe('benign-expected')
    expect(judgeFindings([finding({ type: 'Policy:S3/BucketPublicAccessGranted' })]).verdict).toBe('posture')
    expect(judgeFindings([finding({ type: 'Recon:EC2/Portscan' })]).verdict).toBe('inconclusive')
    expect(judgeFindings([]).verdict).toBe('inconclusive')
  })

  it('over several findings is the gravest', () => {
    const sample = finding({ isSample: true })
    expect(judgeFindings([sample, finding(), sample]).verdict).toBe('threat')
    expect(judgeFindings([sample, finding({ type: 'Recon:EC2/Portscan' })]).verdict).toBe('inconclusive')
  })
})

describe('a target', () => {
  it('is locked and counted by what cannot change, and shown by name', () => {
    expect(targetKey(key)).toBe(targetKey(user))
    expect(targetKey({ ...user, name: 'renamed' })).toBe(targetKey(user))
    expect(targetKey(role)).not.toBe(targetKey(user))
    for (const target of [user, role, key] satisfies readonly Target[])
      expect(targetText(target)).toContain(targetName(target))
  })
})

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5000],
    ['30m', 1_800_000],
    ['4h', 14_400_000],
    ['2d', 172_800_000],
    ['0s', 0],
    ['5', null],
    ['-5s', null],
    ['1.5h', null],
    ['5 s', null],
    ['', null],
  ])('%s is %s ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms)
  })
})

describe('a plan’s status', () => {
  it('has no way out of an end but the watch’s', () => {
    const ways = planStatuses
      .filter(isTerminal)
      .flatMap((end) => planStatuses.filter((next) => comesFrom(next).includes(end)).map((next) => [end, next]))
    expect(ways).toEqual([['done', 'partial']])
  })

  it('is under way when approved, being carried out or watched, and never before people have decided', () => {
    expect(planStatuses.filter(isUnderWay)).toEqual(['approved', 'executing', 'done'])
  })

  it('after a step that did not apply says whether anything is there', () => {
    const drifted = { kind: 'drifted', difference: 'x' } as const
    expect(statusAfter(drifted, 0)).toBe('superseded')
    expect(statusAfter(drifted, 1)).toBe('partial')
    expect(statusAfter({ kind: 'refused', code: 'run_by_passed', reason: '' }, 0)).toBe('expired')
    expect(statusAfter({ kind: 'refused', code: 'denied', reason: '' }, 0)).toBe('failed')
    const call = {
      operation: 'iam:X',
      permissions: [],
      resource: 'a',
      change: { field: 'f', before: null, after: 'x' },
    } as const
    expect(statusAfter({ kind: 'failed', code: 'access_denied', reason: '', calls: [call] }, 0)).toBe('partial')
  })
})

describe('what a principal left behind', () => {
  it('is a sentence for each thing that it changed', () => {
    const change = {
      principalId: 'AIDA1',
      at: '2026-01-01T00:00:00Z',
      operation: 'iam:CreateUser',
      isReadOnly: false,
      errorCode: null,
      sourceAddress: null,
      accessKeyId: null,
      resources: ['backdoor'],
    }
    const activity = { calls: [change], rolesAssumed: [], changes: [change], from: '', to: '', unseen: [] }
    expect(leftBehind('activityOf', activity)).toEqual([expect.stringContaining('iam:CreateUser')])
    expect(leftBehind('activityOf', { ...activity, changes: [] })).toEqual([])
  })
})
