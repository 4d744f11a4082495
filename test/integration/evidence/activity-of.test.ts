import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectEvidence } from '#activities/evidence/index'
import type { Activity } from '#domain/evidence'
import type { IamUser } from '#domain/targets'
import { until } from '../../support/until.ts'
import { ACCOUNT, type ActionWorld, openActionWorld } from '../actions/world.ts'

const VICTIM = 'deploy-bot'

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())

/** Somebody steals the key and uses it; the user, and its key. */
async function steal() {
  const { accessKeyId } = await world.simulator.startDrill('stolen-access-key')
  const { User } = await world.iam.send(new GetUserCommand({ UserName: VICTIM }))
  const user: IamUser = { kind: 'iam-user', account: ACCOUNT, userId: User?.UserId ?? '', name: VICTIM }
  return { user, accessKeyId }
}

const activityOf = (user: IamUser, hours = 1): Promise<Activity> =>
  collectEvidence(
    world.deps,
    { incident: world.gate.incident, kind: 'activityOf', question: { principal: user, hours } },
    new AbortController().signal,
  )

/** CloudTrail’s history is late, also the simulator’s. */
const settled = (user: IamUser, operation: string): Promise<Activity> =>
  until(`${operation} in the history`, async () => {
    const activity = await activityOf(user)
    return activity.calls.some((call) => call.operation === operation) ? activity : undefined
  })

describe('the activity of a user', () => {
  it('has its own calls and those of the roles that it opened, in order, and names the roles', async () => {
    const { user, accessKeyId } = await steal()
    const { calls, rolesAssumed } = await settled(user, 'iam:ListRoles')
    expect(calls.map(({ at }) => at)).toEqual(calls.map(({ at }) => at).toSorted())
    expect(calls.filter((call) => call.accessKeyId === accessKeyId).map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['iam:ListUsers', 'sts:AssumeRole']),
    )
    expect(calls.find(({ operation }) => operation === 'iam:ListRoles')?.principalId).toMatch(/^AROA\w+:/)
    expect(rolesAssumed).toMatchObject([{ kind: 'iam-role', account: ACCOUNT, name: 'shop-deploy' }])
  })

  it('has what it changed apart, without what was refused', async () => {
    const { user } = await steal()
    const key = await keyThatMayCreateUsers()
    const iam = new IAMClient(world.simulator.client(key, 'us-east-1'))
    await iam.send(new CreateUserCommand({ UserName: 'backdoor' }))
    await expect(
      iam.send(new PutUserPolicyCommand({ UserName: 'backdoor', PolicyName: 'all', PolicyDocument: '{}' })),
    ).rejects.toThrow()
    const { calls, changes } = await settled(user, 'iam:PutUserPolicy')
    expect(calls.find(({ operation }) => operation === 'iam:PutUserPolicy')?.errorCode).not.toBeNull()
    expect(changes.map(({ operation }) => operation)).toEqual(['iam:CreateUser'])
  })

  it('does not have the calls of a role session that only carries its name', async () => {
    const { user } = await steal()
    const sts = new STSClient(world.simulator.client(ACCOUNT))
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
    await world.iam.send(new CreateRoleCommand({ RoleName: 'other', AssumeRolePolicyDocument }))
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/other`
    const { Credentials: session } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: VICTIM }))
    const other = new IAMClient(
      world.simulator.client(
        {
          accessKeyId: session?.AccessKeyId ?? '',
          secretAccessKey: session?.SecretAccessKey ?? '',
          sessionToken: session?.SessionToken ?? '',
        },
        'us-east-1',
      ),
    )
    await expect(other.send(new ListUsersCommand({}))).rejects.toThrow()
    const { calls } = await settled(user, 'iam:ListRoles')
    expect(calls.filter(({ accessKeyId }) => accessKeyId === session?.AccessKeyId)).toEqual([])
  })

  it('says what could not be seen, also a Region that refuses', async () => {
    const { user } = await steal()
    const { unseen } = await activityOf(user)
    expect(unseen.join('\n')).toMatch(/management events only[\s\S]*15 minutes[\s\S]*Regions other than/)
    await world.simulator.faults({
      rules: [
        { operation: 'cloudtrail:LookupEvents', nth: 0, effect: 'refuse', code: 'AccessDeniedException', status: 400 },
      ],
    })
    expect((await activityOf(user)).unseen.join('\n')).toContain('access_denied')
  })

  it('keeps to the two look-ups a second that CloudTrail answers', async () => {
    const { user } = await steal()
    await world.simulator.faults({ lookupsPerSecond: 2 })
    expect((await settled(user, 'iam:ListUsers')).calls.length).toBeGreaterThan(0)
  })
})

async function keyThatMayCreateUsers() {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*' }],
  })
  await world.iam.send(new PutUserPolicyCommand({ UserName: VICTIM, PolicyName: 'wide', PolicyDocument }))
  const { AccessKey } = await world.iam.send(new CreateAccessKeyCommand({ UserName: VICTIM }))
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}
