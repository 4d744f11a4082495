import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagRoleCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import type { ActionName } from '#domain/catalogue/index'
import type { IamRole, IamUser, Target, UserKey } from '#domain/targets'
import { ACCOUNT, type ActionWorld } from './world.ts'

/** What the shared suite must know of one action. Adding an action is adding an entry to `cases`. */
export interface Case {
  /** Makes a target of that name. */
  readonly make: (world: ActionWorld, name: string) => Promise<Target>
  /** The AWS operations of an undisturbed run, and of its undo. */
  readonly writes: readonly string[]
  readonly undoWrites: readonly string[]
  /** Those of its undo after `tamper`: what somebody took back is not ours any more. */
  readonly undoWritesAfterTamper: readonly string[]
  /** Everything of the target that the action could change, read as the administrator. */
  readonly look: (world: ActionWorld, target: Target) => Promise<Looked>
  /** Somebody else changes what the plan records, before it runs; null where the plan covers all that can happen. */
  readonly drift: ((world: ActionWorld, target: Target) => Promise<unknown>) | null
  /** Somebody else takes back a part of what was done. */
  readonly tamper: (world: ActionWorld, target: Target) => Promise<unknown>
  /** Somebody else puts something of their own in the place of what was done; null where there is no such thing. */
  readonly overwrite: ((world: ActionWorld, target: Target) => Promise<unknown>) | null
  /** Somebody else changes something beside it, which must stay. */
  readonly beside: (world: ActionWorld, target: Target) => Promise<unknown>
  readonly tag: (
    world: ActionWorld,
    target: Target,
    tag: { readonly Key: string; readonly Value: string },
  ) => Promise<unknown>
  /** Deletes the target and makes another one of the same name. */
  readonly replace: (world: ActionWorld, target: Target) => Promise<unknown>
}

/** Inline policies by name, and what else the kind of target has. */
export interface Looked {
  readonly policies: Readonly<Record<string, string | undefined>>
  readonly [more: string]: unknown
}

const policy = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action, Resource: '*' }] })
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
})
/** What the action’s own policy is overwritten with. */
const THEIRS = policy('s3:*')

async function makeUser({ iam }: ActionWorld, UserName: string): Promise<IamUser> {
  const { User } = await iam.send(new CreateUserCommand({ UserName }))
  return { kind: 'iam-user', account: ACCOUNT, userId: User?.UserId ?? '', name: UserName }
}

async function makeUserWithKey(world: ActionWorld, UserName: string): Promise<IamUser> {
  const user = await makeUser(world, UserName)
  await world.iam.send(new CreateAccessKeyCommand({ UserName }))
  return user
}

/** One key that is on, and one that its owner had turned off. */
async function makeUserWithTwoKeys(world: ActionWorld, UserName: string): Promise<IamUser> {
  const user = await makeUserWithKey(world, UserName)
  const { AccessKey } = await world.iam.send(new CreateAccessKeyCommand({ UserName }))
  const off = { UserName, AccessKeyId: AccessKey?.AccessKeyId, Status: 'Inactive' } as const
  await world.iam.send(new UpdateAccessKeyCommand(off))
  return user
}

async function makeRole({ iam }: ActionWorld, RoleName: string): Promise<IamRole> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  return { kind: 'iam-role', account: ACCOUNT, roleId: Role?.RoleId ?? '', name: RoleName }
}

const nameOf = (target: Target): string => (target.kind === 'user-key' ? target.user.name : target.name)

async function keysOf({ iam }: ActionWorld, target: Target) {
  const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName: nameOf(target) }))
  return keys.map(({ AccessKeyId, Status }) => ({ AccessKeyId, Status }))
}

async function lookAtUser(world: ActionWorld, target: Target): Promise<Looked> {
  const UserName = nameOf(target)
  const { PolicyNames = [] } = await world.iam.send(new ListUserPoliciesCommand({ UserName }))
  const policies: Record<string, string | undefined> = {}
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument } = await world.iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))
    policies[PolicyName] = PolicyDocument
  }
  return { policies, keys: await keysOf(world, target) }
}

async function lookAtUserAndSecret(world: ActionWorld, target: Target): Promise<Looked> {
  const { SecretList = [] } = await world.secrets.send(new ListSecretsCommand({}))
  const secrets = SecretList.filter(({ Name }) => Name?.endsWith(`/${nameOf(target)}`))
  return { ...(await lookAtUser(world, target)), secrets: secrets.map(({ Name, Tags }) => ({ Name, Tags })) }
}

async function lookAtRole({ iam }: ActionWorld, target: Target): Promise<Looked> {
  const RoleName = nameOf(target)
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
  const policies: Record<string, string | undefined> = {}
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
    policies[PolicyName] = PolicyDocument
  }
  return { policies }
}

async function replaceUser(world: ActionWorld, target: Target): Promise<void> {
  const UserName = nameOf(target)
  for (const { AccessKeyId } of await keysOf(world, target))
    await world.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  await world.iam.send(new DeleteUserCommand({ UserName }))
  await makeUserWithKey(world, UserName)
}

async function replaceRole(world: ActionWorld, target: Target): Promise<void> {
  await world.iam.send(new DeleteRoleCommand({ RoleName: nameOf(target) }))
  await makeRole(world, nameOf(target))
}

/** The user’s nth key, by age. */
async function keyOf(world: ActionWorld, target: Target, nth: number): Promise<string> {
  return (await keysOf(world, target)).at(nth)?.AccessKeyId ?? ''
}

async function activateFirstKey(world: ActionWorld, target: Target) {
  const AccessKeyId = await keyOf(world, target, 0)
  return world.iam.send(new UpdateAccessKeyCommand({ UserName: nameOf(target), AccessKeyId, Status: 'Active' }))
}

async function deleteKey(world: ActionWorld, target: Target, nth: number) {
  const AccessKeyId = await keyOf(world, target, nth)
  return world.iam.send(new DeleteAccessKeyCommand({ UserName: nameOf(target), AccessKeyId }))
}

const putUserPolicy = (PolicyName: string) => (world: ActionWorld, target: Target) =>
  world.iam.send(new PutUserPolicyCommand({ UserName: nameOf(target), PolicyName, PolicyDocument: THEIRS }))
const putRolePolicy = (PolicyName: string) => (world: ActionWorld, target: Target) =>
  world.iam.send(new PutRolePolicyCommand({ RoleName: nameOf(target), PolicyName, PolicyDocument: THEIRS }))

/** What holds for every action on a user. */
const onUser: Pick<Case, 'beside' | 'tag' | 'replace'> = {
  beside: putUserPolicy('somebody-elses'),
  tag: ({ iam }, target, tag) => iam.send(new TagUserCommand({ UserName: nameOf(target), Tags: [tag] })),
  replace: replaceUser,
}

export const cases: Readonly<Record<ActionName, Case>> = {
  denyUser: {
    ...onUser,
    make: makeUserWithKey,
    writes: ['iam:PutUserPolicy'],
    undoWrites: ['iam:DeleteUserPolicy'],
    undoWritesAfterTamper: [],
    look: lookAtUser,
    drift: putUserPolicy('CordonDenyAll'),
    tamper: ({ iam }, target) =>
      iam.send(new DeleteUserPolicyCommand({ UserName: nameOf(target), PolicyName: 'CordonDenyAll' })),
    overwrite: putUserPolicy('CordonDenyAll'),
  },
  deactivateAccessKeys: {
    ...onUser,
    make: makeUserWithTwoKeys,
    writes: ['iam:UpdateAccessKey'],
    undoWrites: ['iam:UpdateAccessKey'],
    undoWritesAfterTamper: [],
    look: lookAtUser,
    // Nothing that can happen to a user’s two keys is outside of what people approved.
    drift: null,
    tamper: activateFirstKey,
    overwrite: null,
  },
  revokeRoleSessions: {
    make: makeRole,
    writes: ['iam:PutRolePolicy'],
    undoWrites: ['iam:DeleteRolePolicy'],
    undoWritesAfterTamper: [],
    look: lookAtRole,
    drift: putRolePolicy('CordonRevokeSessions'),
    tamper: ({ iam }, target) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName: nameOf(target), PolicyName: 'CordonRevokeSessions' })),
    overwrite: putRolePolicy('CordonRevokeSessions'),
    beside: putRolePolicy('somebody-elses'),
    tag: ({ iam }, target, tag) => iam.send(new TagRoleCommand({ RoleName: nameOf(target), Tags: [tag] })),
    replace: replaceRole,
  },
  rotateAccessKey: {
    ...onUser,
    make: async (world, name): Promise<UserKey> => {
      const user = await makeUserWithKey(world, name)
      return { kind: 'user-key', account: ACCOUNT, accessKeyId: await keyOf(world, user, 0), user }
    },
    writes: ['iam:CreateAccessKey', 'secretsmanager:CreateSecret'],
    undoWrites: ['secretsmanager:DeleteSecret', 'iam:DeleteAccessKey'],
    // The secret of a key that is gone is of no use to anybody.
    undoWritesAfterTamper: ['secretsmanager:DeleteSecret'],
    look: lookAtUserAndSecret,
    drift: (world, target) => deleteKey(world, target, 0),
    tamper: (world, target) => deleteKey(world, target, -1),
    overwrite: null,
  },
}
