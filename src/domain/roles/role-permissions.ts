import { entryOf } from '#domain/catalogue/erased'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import type { Allowed } from '#domain/policy-statements'
import { type AccountRole, accountRoles, READER, RESTORER } from './account-roles.ts'

type Permission = `${string}:${string}`

const names = Object.keys(catalogue) as readonly ActionName[]

/**
 * What is read besides the targets of actions: the trail, the instance and what a principal can reach for evidence, what the doctor looks at, and findings.
 * The policies of Cordon’s own roles are read to see that they allow no more than this file says. A report of used services is made by a call that
 * begins with “Generate”, whose access level is Read. Source: service authorization reference, IAM.
 */
const ALSO_READ: readonly Permission[] = [
  'cloudtrail:LookupEvents',
  'guardduty:GetDetector',
  'guardduty:GetFilter',
  'guardduty:GetFindings',
  'guardduty:GetFindingsStatistics',
  'guardduty:ListDetectors',
  'guardduty:ListFilters',
  'guardduty:ListFindings',
  'iam:GenerateServiceLastAccessedDetails',
  'iam:GetAccessKeyLastUsed',
  'iam:GetGroupPolicy',
  'iam:GetInstanceProfile',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:GetServiceLastAccessedDetails',
  'iam:GetUserPolicy',
  'iam:ListAccessKeys',
  'iam:ListAttachedGroupPolicies',
  'iam:ListAttachedRolePolicies',
  'iam:ListAttachedUserPolicies',
  'iam:ListGroupPolicies',
  'iam:ListGroupsForUser',
  'iam:ListRolePolicies',
  'iam:ListUserPolicies',
  'iam:SimulatePrincipalPolicy',
  'securityhub:GetFindings',
]

const IAM = 'arn:{partition}:iam::{account}:'

/** The resources of what is read. What is not here accepts no resource: AWS lists everything or nothing. */
const readable: readonly { readonly of: RegExp; readonly resources: readonly string[] }[] = [
  { of: /^iam:SimulatePrincipalPolicy$/, resources: [`${IAM}user/*`, `${IAM}role/*`] },
  { of: /^iam:GetPolicy(Version)?$/, resources: [`${IAM}policy/*`, 'arn:{partition}:iam::aws:policy/*'] },
  { of: /^iam:GenerateServiceLastAccessedDetails$/, resources: [`${IAM}user/*`, `${IAM}role/*`] },
  { of: /^iam:GetInstanceProfile$/, resources: [`${IAM}instance-profile/*`] },
  { of: /^iam:\w*(User|AccessKey)\w*$/, resources: [`${IAM}user/*`] },
  { of: /^iam:\w*Group\w*$/, resources: [`${IAM}group/*`] },
  { of: /^iam:\w*Role\w*$/, resources: [`${IAM}role/*`] },
  { of: /^ec2:DescribeInstanceAttribute$/, resources: ['arn:{partition}:ec2:*:{account}:instance/*'] },
  {
    of: /^guardduty:GetFilter$/,
    resources: ['arn:{partition}:guardduty:*:{account}:detector/*/filter/*'],
  },
  {
    of: /^guardduty:GetDetector$/,
    resources: ['arn:{partition}:guardduty:*:{account}:detector/*'],
  },
  {
    // Source: service authorization reference, Security Hub: what reads in OCSF is allowed by the same permission, on the hub of the second version.
    of: /^securityhub:GetFindings$/,
    resources: [
      'arn:{partition}:securityhub:*:{account}:hub/default',
      'arn:{partition}:securityhub:*:{account}:hubv2/*',
    ],
  },
  {
    of: /^secretsmanager:DescribeSecret$/,
    resources: ['arn:{partition}:secretsmanager:*:{account}:secret:cordon/rotated/*'],
  },
]

const once = <T>(all: readonly T[]): readonly T[] => [...new Set(all)]

function reads(): readonly Allowed[] {
  const needed = once([
    ...names.flatMap((action) => entryOf(action).reads.flatMap(({ permissions }) => permissions)),
    ...ALSO_READ,
  ])
  return needed.toSorted().flatMap((permission) => {
    const { resources } = readable.find(({ of }) => of.test(permission)) ?? { resources: ['*'] }
    return resources.map((resource) => ({ permissions: [permission], resource }))
  })
}

function writes(role: AccountRole): readonly Allowed[] {
  return names.flatMap((action) => {
    const { phase, grants } = entryOf(action)
    const isRecovery = phase === 'recover'
    if (role === RESTORER) return isRecovery ? [...grants.apply, ...grants.revert] : grants.revert
    return isRecovery ? [] : grants.apply
  })
}

/** Everything that the role must be allowed, by the catalogue; `{partition}` and `{account}` are not filled. */
export const permissionsOf = (role: AccountRole): readonly Allowed[] => (role === READER ? reads() : writes(role))

/** The permissions of a role that accept no resource: they are bound by the Regions alone. */
export const unboundOf = (role: AccountRole): readonly string[] =>
  once(permissionsOf(role).flatMap(({ resource, permissions }) => (resource === '*' ? permissions : []))).toSorted()

/** Every role with what it must be allowed. */
export const rolePermissions = (): readonly { readonly role: AccountRole; readonly allowed: readonly Allowed[] }[] =>
  (Object.keys(accountRoles) as readonly AccountRole[]).map((role) => ({ role, allowed: permissionsOf(role) }))
