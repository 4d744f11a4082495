import { describe, expect, it } from 'vitest'
import { type Target, targetKey, targetName, targetText } from '#domain/targets'

const account = '111122223333'
const user = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' } as const
const role = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' } as const
const key = { kind: 'user-key', account, accessKeyId: 'AKIA1', user } as const
const instance = { kind: 'ec2-instance', account, region: 'eu-central-1', instanceId: 'i-1' } as const
const sessions = { kind: 'instance-sessions', account, instance, role } as const
const findings = {
  kind: 'guardduty-findings',
  account,
  region: 'eu-central-1',
  detectorId: 'd1',
  findingIds: ['f1', 'f2'],
} as const
const targets: readonly Target[] = [user, role, key, instance, sessions, findings]

describe('a target', () => {
  it('is locked and counted by what cannot change', () => {
    expect(targetKey({ ...user, name: 'renamed' })).toBe(targetKey(user))
    expect(targetKey({ ...user, userId: 'AIDA2' })).not.toBe(targetKey(user))
    expect(targetKey({ ...user, account: '999999999999' })).not.toBe(targetKey(user))
    expect(targetKey(role)).not.toBe(targetKey(user))
  })

  it('that is a key is locked together with its user', () => {
    expect(targetKey(key)).toBe(targetKey(user))
    expect(targetKey({ ...key, accessKeyId: 'AKIA2' })).toBe(targetKey(user))
  })

  it('that is an instance’s sessions is locked together with the instance, not with every user of the role', () => {
    expect(targetKey(sessions)).toBe(targetKey(instance))
    expect(targetKey({ ...instance, region: 'us-east-1' })).not.toBe(targetKey(instance))
    expect(targetKey(sessions)).not.toBe(targetKey(role))
  })

  it('that is several findings is the same in any order', () => {
    expect(targetKey({ ...findings, findingIds: ['f2', 'f1'] })).toBe(targetKey(findings))
    expect(targetKey({ ...findings, findingIds: ['f1'] })).not.toBe(targetKey(findings))
  })

  it('is shown with its name, its unique id and its account', () => {
    for (const target of targets) expect(targetText(target)).toContain(targetName(target))
    expect(targetText(key)).toBe('key AKIA1 of user deploy-bot (AIDA1) in 111122223333')
  })
})
