import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectEvidence } from '#activities/evidence/index'
import type { Activity } from '#domain/evidence'
import type { IamRole, IamUser } from '#domain/targets'
import { PAYMENTS_PRODUCTION, type SessionCredentials } from '../../support/simulator.ts'
import { until } from '../../support/until.ts'
import { ACCOUNT, type ActionWorld, openActionWorld } from '../actions/world.ts'
import { dropDatabase } from '../gate/world.ts'

const VICTIM = 'deploy-bot'
const SESSION = 'intruder'
const LATE_MS = 60_000
const BEHIND_MS = 600_000
const ALLOW_EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

/** How far the simulated accounts’ clock is ahead of ours. */
let aheadMs: number
let world: ActionWorld
beforeEach(async () => {
  aheadMs = 0
  world = await openActionWorld({ clock: () => Date.now() + aheadMs })
})
afterEach(() => world.close())
afterAll(dropDatabase)

/** Somebody steals the key and uses it; the user, and its key. */
async function steal() {
  const { accessKeyId } = await world.simulator.startDrill('stolen-access-key')
  const { User } = await world.iam.send(new GetUserCommand({ UserName: VICTIM }))
  const user: IamUser = { kind: 'iam-user', account: ACCOUNT, userId: User?.UserId ?? '', name: VICTIM }
  return { user, accessKeyId }
}

const activityOf = (principal: IamUser | IamRole, hours = 1): Promise<Activity> =>
  collectEvidence(
    world.deps,
    { incident: world.gate.incident, kind: 'activityOf', question: { principal, hours } },
    new AbortController().signal,
  )

/** CloudTrail’s history is late, also the simulator’s. */
const settled = (principal: IamUser | IamRole, operation: string): Promise<Activity> =>
  until(`${operation} in the history`, async () => {
    const activity = await activityOf(principal)
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

  it('has what happened a moment ago though our clocks are ten minutes behind AWS’s', async () => {
    aheadMs = BEHIND_MS
    const { user } = await steal()
    const { rolesAssumed } = await settled(user, 'iam:ListRoles')
    expect(rolesAssumed).toMatchObject([{ kind: 'iam-role', name: 'shop-deploy' }])
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

  it('follows sessions that were opened from sessions, and names every role', async () => {
    const user = await victim()
    const roles = await chainOfRoles()
    const first = await assume(roles.first.name, await keyThatMayDoAnything())
    const second = await assume(roles.second.name, first)
    await new IAMClient(world.simulator.client(second, 'us-east-1')).send(new ListRolesCommand({}))
    const { calls, rolesAssumed } = await settled(user, 'iam:ListRoles')
    expect(rolesAssumed).toEqual([roles.first, roles.second])
    expect(calls.find(({ operation }) => operation === 'iam:ListRoles')?.principalId).toBe(
      `${roles.second.roleId}:${SESSION}`,
    )
  })

  it('says that a role in another account, and more sessions than it follows, were not looked at', async () => {
    const user = await victim()
    const key = await keyThatMayDoAnything()
    const foreign = new IAMClient(world.simulator.client(PAYMENTS_PRODUCTION, 'us-east-1'))
    await foreign.send(new CreateRoleCommand({ RoleName: 'next-door', AssumeRolePolicyDocument: trusting(ACCOUNT) }))
    const { first } = await chainOfRoles()
    for (let nth = 1; nth <= 6; nth++) await assume(first.name, key, { session: `session-${nth}` })
    await assume('next-door', key, { account: PAYMENTS_PRODUCTION })
    const { unseen } = await until('all sessions in the history', async () => {
      const activity = await activityOf(user)
      return activity.unseen.some((text) => text.includes('next-door')) ? activity : undefined
    })
    expect(unseen).toContainEqual(expect.stringContaining('is in another account'))
    expect(unseen).toContainEqual(expect.stringMatching(/^2 more role sessions were opened/))
  })

  it('reads every page of a busy history', async () => {
    const user = await victim()
    const iam = new IAMClient(world.simulator.client(await keyThatMayDoAnything(), 'us-east-1'))
    for (let nth = 0; nth < 60; nth++) await iam.send(new ListUsersCommand({}))
    await iam.send(new ListRolesCommand({}))
    const { calls } = await settled(user, 'iam:ListRoles')
    expect(calls.filter(({ operation }) => operation === 'iam:ListUsers')).toHaveLength(60)
  })

  it('shows what has arrived, and all in the order of the calls when the rest comes late', async () => {
    const user = await victim()
    const iam = new IAMClient(world.simulator.client(await keyThatMayDoAnything(), 'us-east-1'))
    await world.simulator.faults({ trailDelayMs: [LATE_MS, LATE_MS] })
    await iam.send(new ListUsersCommand({}))
    await world.simulator.faults({ trailDelayMs: [0, 0] })
    await iam.send(new ListRolesCommand({}))
    const early = await activityOf(user)
    expect(early.calls.map(({ operation }) => operation)).toEqual(['iam:ListRoles'])
    expect(early.unseen).toContainEqual(expect.stringContaining('may not have arrived yet'))
    aheadMs = LATE_MS
    const late = await settled(user, 'iam:ListUsers')
    expect(late.calls.map(({ operation }) => operation)).toEqual(['iam:ListUsers', 'iam:ListRoles'])
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

describe('the activity of a role', () => {
  it('has the calls of its sessions and the roles that these opened, not itself', async () => {
    const roles = await chainOfRoles()
    const first = await assume(roles.first.name, await keyThatMayDoAnything())
    await assume(roles.second.name, first)
    await new IAMClient(world.simulator.client(first, 'us-east-1')).send(new ListRolesCommand({}))
    const { calls, rolesAssumed } = await settled(roles.first, 'iam:ListRoles')
    expect(new Set(calls.map(({ principalId }) => principalId))).toEqual(new Set([`${roles.first.roleId}:${SESSION}`]))
    expect(rolesAssumed).toEqual([roles.second])
  })
})

async function victim(): Promise<IamUser> {
  const { User } = await world.iam.send(new GetUserCommand({ UserName: VICTIM }))
  return { kind: 'iam-user', account: ACCOUNT, userId: User?.UserId ?? '', name: VICTIM }
}

const trusting = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
  })

/** Two roles that whoever has the right may assume, the second one also from a session of the first. */
async function chainOfRoles(): Promise<{ readonly first: IamRole; readonly second: IamRole }> {
  const make = async (name: string): Promise<IamRole> => {
    const { Role } = await world.iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trusting(ACCOUNT) }),
    )
    await world.iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'all', PolicyDocument: ALLOW_EVERYTHING }),
    )
    return { kind: 'iam-role', account: ACCOUNT, roleId: Role?.RoleId ?? '', name }
  }
  return { first: await make('first'), second: await make('second') }
}

async function assume(
  role: string,
  who: SessionCredentials,
  { session = SESSION, account = ACCOUNT } = {},
): Promise<SessionCredentials> {
  const { Credentials: given } = await new STSClient(world.simulator.client(who)).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: session }),
  )
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
}

const keyThatMayDoAnything = () => keyWith(ALLOW_EVERYTHING)

async function keyThatMayCreateUsers() {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*' }],
  })
  return keyWith(PolicyDocument)
}

async function keyWith(PolicyDocument: string) {
  await world.iam.send(new PutUserPolicyCommand({ UserName: VICTIM, PolicyName: 'wide', PolicyDocument }))
  const { AccessKey } = await world.iam.send(new CreateAccessKeyCommand({ UserName: VICTIM }))
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}
