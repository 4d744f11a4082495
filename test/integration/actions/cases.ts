import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagRoleCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import type { ActionName } from '#domain/catalogue/index'
import type { IamRole, IamUser, Target, UserKey } from '#domain/targets'
import { ACCOUNT, type ActionWorld } from './world.ts'

/** What the shared suite must know of one action. Adding an action is adding an entry to `cases`. */
export interface Case {
  /** Makes a target that nobody else uses. */
  readonly make: (world: ActionWorld) => Promise<Target>
  /** The AWS operations of an undisturbed run, and of its undo. */
  readonly writes: readonly string[]
  readonly undoWrites: readonly string[]
  /** Everything of the target that the action could change, read as the administrator. */
  readonly look: (world: ActionWorld, target: Target) => Promise<unknown>
  /** Somebody else changes what the plan records, before it runs; null where the plan covers all that can happen. */
  readonly drift: ((world: ActionWorld, target: Target) => Promise<unknown>) | null
  /** Somebody else takes back a part of what was done. */
  readonly tamper: (world: ActionWorld, target: Target) => Promise<unknown>
  /** Somebody else changes something beside it, which must stay. */
  readonly beside: (world: ActionWorld, target: Target) => Promise<unknown>
  readonly tag: (world: ActionWorld, target: Target, key: string, value: string) => Promise<unknown>
  /** Deletes the target and makes another one of the same name. */
  readonly replace: (world: ActionWorld, target: Target) => Promise<unknown>
}

const UserName = 'conform'
const RoleName = 'conform-role'
const policy = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action, Resource: '*' }] })
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
})

async function makeUser({ iam }: ActionWorld): Promise<IamUser> {
  const { User } = await iam.send(new CreateUserCommand({ UserName }))
  return { kind: 'iam-user', account: ACCOUNT, userId: User?.UserId ?? '', name: UserName }
}

async function makeUserWithKey(world: ActionWorld): Promise<IamUser> {
  const user = await makeUser(world)
  await world.iam.send(new CreateAccessKeyCommand({ UserName }))
  return user
}

async function makeRole({ iam }: ActionWorld): Promise<IamRole> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  return { kind: 'iam-role', account: ACCOUNT, roleId: Role?.RoleId ?? '', name: RoleName }
}

async function keysOf({ iam }: ActionWorld) {
  const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName }))
  return keys.map(({ AccessKeyId, Status }) => ({ AccessKeyId, Status }))
}

async function lookAtUser(world: ActionWorld) {
  const { PolicyNames } = await world.iam.send(new ListUserPoliciesCommand({ UserName }))
  const { User } = await world.iam.send(new GetUserCommand({ UserName }))
  return { keys: await keysOf(world), policies: PolicyNames, tags: User?.Tags ?? [] }
}

async function lookAtRole({ iam }: ActionWorld) {
  const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
  return { policies: PolicyNames, tags: Role?.Tags ?? [] }
}

async function replaceUser(world: ActionWorld): Promise<void> {
  for (const { AccessKeyId } of await keysOf(world))
    await world.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  await world.iam.send(new DeleteUserCommand({ UserName }))
  await makeUserWithKey(world)
}

async function replaceRole(world: ActionWorld): Promise<void> {
  await world.iam.send(new DeleteRoleCommand({ RoleName }))
  await makeRole(world)
}

async function firstKey(world: ActionWorld): Promise<string> {
  return (await keysOf(world))[0]?.AccessKeyId ?? ''
}

async function setFirstKey(world: ActionWorld, Status: 'Active' | 'Inactive') {
  return world.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: await firstKey(world), Status }))
}

const putUserPolicy = ({ iam }: ActionWorld, PolicyName: string, action = 's3:*') =>
  iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: policy(action) }))
const putRolePolicy = ({ iam }: ActionWorld, PolicyName: string, action = 's3:*') =>
  iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policy(action) }))
const tagUser: Case['tag'] = ({ iam }, _target, Key, Value) =>
  iam.send(new TagUserCommand({ UserName, Tags: [{ Key, Value }] }))

export const cases: Readonly<Record<ActionName, Case>> = {
  denyUser: {
    make: makeUserWithKey,
    writes: ['iam:PutUserPolicy'],
    undoWrites: ['iam:DeleteUserPolicy'],
    look: lookAtUser,
    drift: (world) => putUserPolicy(world, 'CordonDenyAll'),
    tamper: ({ iam }) => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'CordonDenyAll' })),
    beside: (world) => putUserPolicy(world, 'somebody-elses'),
    tag: tagUser,
    replace: replaceUser,
  },
  deactivateAccessKeys: {
    make: makeUserWithKey,
    writes: ['iam:UpdateAccessKey'],
    undoWrites: ['iam:UpdateAccessKey'],
    look: lookAtUser,
    // Nothing that can happen to a user's two keys is outside of what people approved.
    drift: null,
    tamper: (world) => setFirstKey(world, 'Active'),
    beside: (world) => putUserPolicy(world, 'somebody-elses'),
    tag: tagUser,
    replace: replaceUser,
  },
  revokeRoleSessions: {
    make: makeRole,
    writes: ['iam:PutRolePolicy'],
    undoWrites: ['iam:DeleteRolePolicy'],
    look: lookAtRole,
    drift: (world) => putRolePolicy(world, 'CordonRevokeSessions'),
    tamper: ({ iam }) => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'CordonRevokeSessions' })),
    beside: (world) => putRolePolicy(world, 'somebody-elses'),
    tag: ({ iam }, _target, Key, Value) => iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key, Value }] })),
    replace: replaceRole,
  },
  rotateAccessKey: {
    make: async (world): Promise<UserKey> => {
      const user = await makeUserWithKey(world)
      return { kind: 'user-key', account: ACCOUNT, accessKeyId: await firstKey(world), user }
    },
    writes: ['iam:CreateAccessKey', 'secretsmanager:CreateSecret'],
    undoWrites: ['secretsmanager:DeleteSecret', 'iam:DeleteAccessKey'],
    look: lookAtUser,
    drift: async (world) =>
      world.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: await firstKey(world) })),
    tamper: async (world) => {
      const fresh = (await keysOf(world)).at(-1)?.AccessKeyId
      return world.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: fresh }))
    },
    beside: (world) => putUserPolicy(world, 'somebody-elses'),
    tag: tagUser,
    replace: replaceUser,
  },
}
