import type { IamRole } from '#domain/targets'
import { defineEntry } from './entry.ts'
import { type OurPolicyState, ourPolicyGrants, ourPolicyPut, ourPolicyPutBack, rolePolicies } from './our-policy.ts'
import { ANY_ROLE } from './principals.ts'

export const REVOKE_SESSIONS_POLICY_NAME = 'CordonRevokeSessions'

/** `issuedBefore` is fixed by the permit: thirty seconds after it, so that propagation leaves no gap. Source: IAM, revoke role sessions. */
export const REVOKE_OLDER_SESSIONS =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"{issuedBefore}"}}}]}'

export const revokeRoleSessions = defineEntry<IamRole, OurPolicyState>()({
  title: 'Revoke every session of an IAM role that is open now',
  target: 'iam-role',
  phase: 'contain',
  tier: 'R2',
  reversible: true,
  operations: [rolePolicies.put, rolePolicies.remove],
  grants: ourPolicyGrants(rolePolicies, ANY_ROLE),
  reads: [
    { operation: 'iam:GetRole', permissions: ['iam:GetRole'] },
    { operation: 'iam:GetRolePolicy', permissions: ['iam:GetRolePolicy'] },
  ],
  revertedWhen: ['false-positive', 'rotated', 'rebuilt', 'accepted-risk'],
  sources: ['IAM PutRolePolicy', 'IAM, revoke IAM role temporary security credentials', 'ATT&CK T1550.001'],
  describe: (role) =>
    `Every session of ${role.name} that was issued until half a minute after the call is denied, legitimate ones too. New sessions work.`,
  residual: (role) => [`Whoever may assume ${role.name} can open a new session`],
  calls: (_role, before) => ourPolicyPut(rolePolicies, before, REVOKE_OLDER_SESSIONS),
  undo: (_role, done, live) => ourPolicyPutBack(rolePolicies, done, live),
})
