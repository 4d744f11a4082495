import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam'
import { type IamRole, type Target, targetName } from '#domain/targets'
import type { Case, Looked } from './case.ts'
import { ACCOUNT, type ActionWorld } from './world.ts'

const policy = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action, Resource: '*' }] })
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
})
/** What the action’s own policy is overwritten with. */
export const THEIRS = policy('s3:*')

export async function makeRole({ iam }: ActionWorld, RoleName: string): Promise<IamRole> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  return { kind: 'iam-role', account: ACCOUNT, roleId: Role?.RoleId ?? '', name: RoleName }
}

async function lookAtRole({ iam }: ActionWorld, target: Target): Promise<Looked> {
  const RoleName = targetName(target)
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
  const policies: Record<string, string | undefined> = {}
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
    policies[PolicyName] = PolicyDocument
  }
  return { named: policies }
}

async function replaceRole(world: ActionWorld, target: Target): Promise<void> {
  await world.iam.send(new DeleteRoleCommand({ RoleName: targetName(target) }))
  await makeRole(world, targetName(target))
}

export const putRolePolicy = (PolicyName: string) => (world: ActionWorld, target: Target) =>
  world.iam.send(new PutRolePolicyCommand({ RoleName: targetName(target), PolicyName, PolicyDocument: THEIRS }))

/** What holds for every action on a role. */
export const onRole: Pick<Case, 'beside' | 'tag' | 'replace' | 'look'> = {
  look: lookAtRole,
  beside: putRolePolicy('somebody-elses'),
  tag: ({ iam }, target, tag) => iam.send(new TagRoleCommand({ RoleName: targetName(target), Tags: [tag] })),
  replace: replaceRole,
}
