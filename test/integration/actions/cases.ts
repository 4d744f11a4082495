import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import type { ActionName } from '#domain/catalogue/index'
import { type IamUser, type Target, targetName, type UserKey } from '#domain/targets'
import type { Case, Looked } from './case.ts'
import { findingCases } from './finding-cases.ts'
import { hubCases } from './hub-cases.ts'
import { instanceCases } from './instance-cases.ts'
import { makeRole, onRole, putRolePolicy, THEIRS } from './roles.ts'
import { ACCOUNT, type ActionWorld } from './world.ts'

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

async function keysOf({ iam }: ActionWorld, target: Target) {
  const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName: targetName(target) }))
  return keys.map(({ AccessKeyId, Status }) => ({ AccessKeyId, Status }))
}

async function lookAtUser(world: ActionWorld, target: Target): Promise<Looked> {
  const UserName = targetName(target)
  const { PolicyNames = [] } = await world.iam.send(new ListUserPoliciesCommand({ UserName }))
  const policies: Record<string, string | undefined> = {}
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument } = await world.iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))
    policies[PolicyName] = PolicyDocument
  }
  return { named: policies, keys: await keysOf(world, target) }
}

async function lookAtUserAndSecret(world: ActionWorld, target: Target): Promise<Looked> {
  const { SecretList = [] } = await world.secrets.send(new ListSecretsCommand({}))
  const secrets = SecretList.filter(({ Name }) => Name?.endsWith(`/${targetName(target)}`))
  return { ...(await lookAtUser(world, target)), secrets: secrets.map(({ Name, Tags }) => ({ Name, Tags })) }
}

async function replaceUser(world: ActionWorld, target: Target): Promise<void> {
  const UserName = targetName(target)
  for (const { AccessKeyId } of await keysOf(world, target))
    await world.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  await world.iam.send(new DeleteUserCommand({ UserName }))
  await makeUserWithKey(world, UserName)
}

/** The user’s nth key, by age. */
async function keyOf(world: ActionWorld, target: Target, nth: number): Promise<string> {
  return (await keysOf(world, target)).at(nth)?.AccessKeyId ?? ''
}

async function activateFirstKey(world: ActionWorld, target: Target) {
  const AccessKeyId = await keyOf(world, target, 0)
  return world.iam.send(new UpdateAccessKeyCommand({ UserName: targetName(target), AccessKeyId, Status: 'Active' }))
}

async function deleteKey(world: ActionWorld, target: Target, nth: number) {
  const AccessKeyId = await keyOf(world, target, nth)
  return world.iam.send(new DeleteAccessKeyCommand({ UserName: targetName(target), AccessKeyId }))
}

const putUserPolicy = (PolicyName: string) => (world: ActionWorld, target: Target) =>
  world.iam.send(new PutUserPolicyCommand({ UserName: targetName(target), PolicyName, PolicyDocument: THEIRS }))
/** What holds for every action on a user. */
const onUser: Pick<Case, 'beside' | 'tag' | 'replace'> = {
  beside: putUserPolicy('somebody-elses'),
  tag: ({ iam }, target, tag) => iam.send(new TagUserCommand({ UserName: targetName(target), Tags: [tag] })),
  replace: replaceUser,
}

export const cases: Readonly<Record<ActionName, Case>> = {
  ...instanceCases,
  ...findingCases,
  ...hubCases,
  denyUser: {
    ...onUser,
    make: makeUserWithKey,
    writes: ['iam:PutUserPolicy'],
    undoWrites: ['iam:DeleteUserPolicy'],
    undoWritesAfterTamper: [],
    look: lookAtUser,
    drift: putUserPolicy('CordonDenyAll'),
    tamper: ({ iam }, target) =>
      iam.send(new DeleteUserPolicyCommand({ UserName: targetName(target), PolicyName: 'CordonDenyAll' })),
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
    ...onRole,
    make: makeRole,
    writes: ['iam:PutRolePolicy'],
    undoWrites: ['iam:DeleteRolePolicy'],
    undoWritesAfterTamper: [],
    drift: putRolePolicy('CordonRevokeSessions'),
    tamper: ({ iam }, target) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName: targetName(target), PolicyName: 'CordonRevokeSessions' })),
    overwrite: putRolePolicy('CordonRevokeSessions'),
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
