import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam'
import { isNotOffered } from '#activities/aws/not-offered'
import type { LimitsSeen } from '#domain/doctor/limits'
import { type AccountRole, READER } from '#domain/roles/account-roles'
import { excessOf } from '#domain/roles/role-excess'
import { type Expected, loosenessOf } from '#domain/roles/role-looseness'
import type { RolePlace } from '#domain/roles/role-policies'
import { reasonOf } from './inspect-hub.ts'

export interface Limited {
  readonly role: AccountRole
  /** The role’s trust policy. */
  readonly trust: string
  readonly place: RolePlace
  readonly expected: Expected
  /** Tries to open the reading role in ways that must fail; says in which it could be opened. */
  readonly tryReader: () => Promise<readonly string[]>
}

/** In which ways the role can be opened or used beyond what is declared: by its policies, and the reading role by trying too. */
export async function limitsOf(
  iam: IAMClient,
  { role, trust, place, expected, tryReader }: Limited,
): Promise<LimitsSeen> {
  try {
    const tried = role === READER ? await tryReader() : []
    const opened = new Set([...loosenessOf(role, trust, expected), ...tried])
    return { role, kind: 'read', opened: [...opened], allowed: excessOf(role, await policiesIn(iam, role), place) }
  } catch (error) {
    return {
      role,
      kind: 'unread',
      reason: isNotOffered(error) ? 'the endpoint does not show policies' : reasonOf(error),
    }
  }
}

async function policiesIn(iam: IAMClient, RoleName: string): Promise<readonly string[]> {
  const documents: string[] = []
  for await (const { PolicyNames: names = [] } of paginateListRolePolicies({ client: iam }, { RoleName }))
    for (const PolicyName of names) {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
      documents.push(decodeURIComponent(PolicyDocument ?? ''))
    }
  for await (const { AttachedPolicies: attached = [] } of paginateListAttachedRolePolicies(
    { client: iam },
    { RoleName },
  ))
    for (const { PolicyArn } of attached) documents.push(await managedPolicy(iam, PolicyArn ?? ''))
  return documents
}

async function managedPolicy(iam: IAMClient, PolicyArn: string): Promise<string> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  )
  return decodeURIComponent(PolicyVersion?.Document ?? '')
}
