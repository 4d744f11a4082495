import {
  AttachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectEvidence } from '#activities/evidence/index'
import type { Reach } from '#domain/reach'
import type { IamRole, IamUser } from '#domain/targets'
import { ACCOUNT, type ActionWorld, openActionWorld } from '../actions/world.ts'
import { dropDatabase } from '../gate/world.ts'

const VICTIM = 'deploy-bot'

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

async function victim(): Promise<IamUser> {
  const { User } = await world.iam.send(new GetUserCommand({ UserName: VICTIM }))
  return { kind: 'iam-user', account: ACCOUNT, userId: User?.UserId ?? '', name: VICTIM }
}

const reachOf = (principal: IamUser | IamRole): Promise<Reach> =>
  collectEvidence(
    world.deps,
    { incident: world.gate.incident, kind: 'reachOf', question: { principal } },
    new AbortController().signal,
  )

const stateOf = ({ parts }: Reach, source: string) => parts.find((part) => part.source === source)?.state

const refuse = (operation: string) =>
  world.simulator.faults({ rules: [{ operation, nth: 0, effect: 'refuse', code: 'AccessDenied', status: 403 }] })

describe('what a user can reach', () => {
  it('has what its inline and attached policies allow, when its key was last used and what for', async () => {
    const { accessKeyId } = await world.simulator.startDrill('stolen-access-key')
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    await world.iam.send(new AttachUserPolicyCommand({ UserName: VICTIM, PolicyArn }))
    const reach = await reachOf(await victim())
    expect(reach.may.join('\n')).toContain(`may assume arn:aws:iam::${ACCOUNT}:role/shop-deploy`)
    expect(reach.may.join('\n')).toContain(`may do everything, by policy ${PolicyArn} of user ${VICTIM}`)
    expect(reach.lastUses.find(({ what }) => what.includes(accessKeyId))?.at).toMatch(/^2/)
    expect(reach.services.map(({ service }) => service)).toEqual(expect.arrayContaining(['iam', 'sts']))
    expect(reach.parts.map(({ state }) => state)).toEqual(['available', 'available', 'available'])
  })

  it('says that a key which nobody used was never used', async () => {
    const { lastUses } = await reachOf(await victim())
    expect(lastUses).toEqual([expect.objectContaining({ at: null, where: null })])
  })

  it('says of each part alone that it was refused, and which policy was not seen', async () => {
    await refuse('iam:GetAccessKeyLastUsed')
    const unused = await reachOf(await victim())
    expect([stateOf(unused, 'last use'), stateOf(unused, 'policies')]).toEqual(['no permission', 'available'])
    await refuse('iam:GetUserPolicy')
    const { unseen, may } = await reachOf(await victim())
    expect(unseen.join('\n')).toContain(`inline policy deploy of user ${VICTIM} was not seen: no permission`)
    expect(may).toEqual([])
    await refuse('iam:ListUserPolicies')
    expect(stateOf(await reachOf(await victim()), 'policies')).toBe('no permission')
    await refuse('iam:GenerateServiceLastAccessedDetails')
    expect(stateOf(await reachOf(await victim()), 'services used')).toBe('no permission')
  })

  it('is refused where another user has taken the name', async () => {
    await expect(reachOf({ ...(await victim()), userId: 'AIDAANOTHER' })).rejects.toThrow('no longer exists')
  })

  it('changes nothing in the account', async () => {
    await reachOf(await victim())
    expect(await world.writes()).toEqual([])
  })
})

describe('what a role can reach', () => {
  it('has what its policies allow and when a session of it was last used', async () => {
    const { accessKeyId: _key } = await world.simulator.startDrill('stolen-access-key')
    const iam = new IAMClient(world.simulator.client(ACCOUNT, 'us-east-1'))
    await iam.send(new ListUsersCommand({}))
    await world.iam.send(new PutUserPolicyCommand({ UserName: VICTIM, PolicyName: 'none', PolicyDocument: DENY_ALL }))
    const { Role } = await roleNamed('shop-deploy')
    const role: IamRole = { kind: 'iam-role', account: ACCOUNT, roleId: Role?.RoleId ?? '', name: 'shop-deploy' }
    const reach = await reachOf(role)
    expect(reach.may.join('\n')).toContain('may read objects of anything, by inline policy deploy of role shop-deploy')
    expect(reach.lastUses[0]?.at).toMatch(/^2/)
    expect(reach.services.map(({ service }) => service)).toContain('iam')
  })
})

const DENY_ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] })

async function roleNamed(RoleName: string) {
  const { GetRoleCommand } = await import('@aws-sdk/client-iam')
  return world.iam.send(new GetRoleCommand({ RoleName }))
}
