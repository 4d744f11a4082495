import { testFinding, testInstanceFinding } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import { ownedEntity } from '#domain/entity'
import { bandOf, type Credential, correlationKey, handles } from '#domain/finding'

const account = '111122223333'
const user = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' } as const
const role = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' } as const
const key = { kind: 'user-key', account, accessKeyId: 'AKIA1', user } as const
const session: Credential = { kind: 'role-session', account, accessKeyId: 'ASIA1', role, session: 's' }

const keyOf = (credential: Credential): string => correlationKey(testFinding(credential))

describe('a finding', () => {
  it.each([
    ['UnauthorizedAccess:IAMUser/*', 'UnauthorizedAccess:IAMUser/MaliciousIPCaller', true],
    ['UnauthorizedAccess:IAMUser/MaliciousIPCaller', 'UnauthorizedAccess:IAMUser/MaliciousIPCaller', true],
    ['UnauthorizedAccess:IAMUser/MaliciousIPCaller', 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom', false],
    ['*', 'Anything:At/All', true],
    ['CredentialAccess:IAMUser/*', 'UnauthorizedAccess:IAMUser/X', false],
  ])('by the pattern %s: %s is handled: %s', (pattern, type, expected) => {
    expect(handles(pattern, type)).toBe(expected)
  })

  it('is about the same entity as another one by unique ids, whatever its key or name', () => {
    const other: Credential = { ...key, accessKeyId: 'AKIA2', user: { ...user, name: 'renamed' } }
    expect(keyOf(other)).toBe(keyOf(key))
    expect(keyOf({ ...key, user: { ...user, userId: 'AIDA2' } })).not.toBe(keyOf(key))
    expect(keyOf({ ...session, accessKeyId: 'ASIA2', session: 'other' })).toBe(keyOf(session))
    expect(keyOf({ kind: 'root', account, accessKeyId: 'AKIA1' })).toBe(`${account}/root`)
  })

  it('about an instance, or about a session of its role, is about the instance', () => {
    const instance = { kind: 'ec2-instance', account, region: 'eu-central-1', instanceId: 'i-1' } as const
    const ofInstance = correlationKey(testInstanceFinding(instance))
    expect(correlationKey(testFinding(session, { instance }))).toBe(ofInstance)
    expect(correlationKey(testInstanceFinding(instance, { id: 'f2', type: 'Backdoor:EC2/C&CActivity.B!DNS' }))).toBe(
      ofInstance,
    )
    expect(correlationKey(testInstanceFinding({ ...instance, instanceId: 'i-2' }))).not.toBe(ofInstance)
  })

  it('about nothing that is known is folded with others of its type, account and Region', () => {
    const unknown: Credential = { kind: 'unknown', account }
    const one = correlationKey(testFinding(unknown, { id: 'f1' }))
    expect(correlationKey(testFinding(unknown, { id: 'f2', count: 2 }))).toBe(one)
    for (const other of [{ type: 'Recon:EC2/Portscan' }, { account: '777788889999' }, { region: 'us-east-1' }])
      expect(correlationKey(testFinding(unknown, other))).not.toBe(one)
  })

  it('about a bucket whose user nobody knows is about the bucket, from wherever it came', () => {
    const bucket = ownedEntity('bucket', { account, region: 'eu-central-1', id: 'shop-data' })
    const unknown: Credential = { kind: 'unknown', account }
    const one = correlationKey(testFinding(unknown, { entities: [{ kind: 'address', id: '198.51.100.1' }, bucket] }))
    expect(correlationKey(testFinding(unknown, { id: 'f2', type: 'T', entities: [bucket] }))).toBe(one)
  })

  it('that is a sample is never together with one that is none', () => {
    const instance = { kind: 'ec2-instance', account, region: 'eu-central-1', instanceId: 'i-1' } as const
    const sample = correlationKey(testInstanceFinding(instance, { isSample: true }))
    expect(sample).not.toBe(correlationKey(testInstanceFinding(instance)))
  })

  it.each([
    [0, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [6.9, 'medium'],
    [7, 'high'],
    [8.9, 'high'],
    [9, 'critical'],
  ])('of severity %d is %s', (severity, band) => {
    expect(bandOf(severity)).toBe(band)
  })
})
