import { describe, expect, it } from 'vitest'
import { declaredCalls, declaredMembers, isArnOf, type Place } from '#domain/declared'
import type { IamRole, IamUser, UserKey } from '#domain/targets'

const account = '111122223333'
const user: IamUser = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' }
const role: IamRole = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' }
const key: UserKey = { kind: 'user-key', account, accessKeyId: 'AKIA1', user }
const terms = { untracks: false, captures: false }
const place: Place = { arn: `arn:aws:iam::${account}:user/deploy-bot`, partition: 'aws-cn', region: 'cn-north-1' }

describe('the calls of a step', () => {
  it('are limited to where the target is', () => {
    const before = { keys: 'AKIA1', newKey: null, secret: null }
    const calls = declaredCalls({ action: 'rotateAccessKey', target: key, before, terms }, place)
    expect(calls.map(({ resource }) => resource)).toEqual([
      place.arn,
      `arn:aws-cn:secretsmanager:cn-north-1:${account}:secret:cordon/rotated/deploy-bot-*`,
    ])
  })

  it('that puts something back are those of the undo', () => {
    const step = { action: 'denyUser', target: user, before: { ourPolicy: null }, terms } as const
    const done = declaredCalls(step, place)
    const live = { ourPolicy: done[0]?.change.after ?? null }
    expect(declaredCalls({ ...step, before: live }, place, done).map(({ operation }) => operation)).toEqual([
      'iam:DeleteUserPolicy',
    ])
  })

  it('for members that appear later are declared where it applies, and never where it puts back', () => {
    const step = { action: 'deactivateAccessKeys', target: user } as const
    expect(declaredMembers({ ...step, direction: 'apply' }, place)).toMatchObject({
      ceiling: 2,
      call: { resource: place.arn },
    })
    expect(declaredMembers({ ...step, direction: 'revert' }, place)).toBeUndefined()
    expect(declaredMembers({ action: 'denyUser', target: user, direction: 'apply' }, place)).toBeUndefined()
  })
})

describe('an ARN', () => {
  it('is the target’s by account, kind and name, under any path', () => {
    expect(isArnOf(user, `arn:aws:iam::${account}:user/deploy-bot`, 'aws')).toBe(true)
    expect(isArnOf(user, `arn:aws:iam::${account}:user/team/deploy-bot`, 'aws')).toBe(true)
    expect(isArnOf(key, `arn:aws:iam::${account}:user/deploy-bot`, 'aws')).toBe(true)
    expect(isArnOf(role, `arn:aws-cn:iam::${account}:role/shop-deploy`, 'aws-cn')).toBe(true)
  })

  it('of an instance is in its Region, and one of its sessions is its role’s', () => {
    const instance = {
      kind: 'ec2-instance',
      account,
      region: 'eu-central-1',
      instanceId: 'i-0123456789abcdef0',
    } as const
    const arn = `arn:aws:ec2:eu-central-1:${account}:instance/${instance.instanceId}`
    expect(isArnOf(instance, arn, 'aws')).toBe(true)
    expect(isArnOf({ ...instance, region: 'us-east-1' }, arn, 'aws')).toBe(false)
    const sessions = { kind: 'instance-sessions', account, instance, role } as const
    expect(isArnOf(sessions, `arn:aws:iam::${account}:role/shop-deploy`, 'aws')).toBe(true)
    expect(isArnOf(sessions, arn, 'aws')).toBe(false)
  })

  it.each([
    'arn:aws:iam::999999999999:user/deploy-bot',
    `arn:aws:iam::${account}:role/deploy-bot`,
    `arn:aws:iam::${account}:user/other-deploy-bot`,
    `arn:aws:iam::${account}:user/*/deploy-bot`,
    `arn:aws:iam::${account}:user/?/deploy-bot`,
    `arn:aws-cn:iam::${account}:user/deploy-bot`,
  ])('is not: %s', (arn) => {
    expect(isArnOf(user, arn, 'aws')).toBe(false)
  })
})
