import type { IamUser } from '#domain/targets'
import { defineEntry } from './entry.ts'
import { type OurPolicyState, ourPolicyGrants, ourPolicyPut, ourPolicyPutBack, userPolicies } from './our-policy.ts'
import { ANY_USER } from './principals.ts'

export const DENY_USER_POLICY_NAME = 'CordonDenyAll'

/** 84 characters, so that it fits beside whatever else the user’s 2,048 hold. */
export const DENY_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'

export const denyUser = defineEntry<IamUser, OurPolicyState>()({
  title: 'Deny everything to an IAM user',
  target: 'iam-user',
  phase: 'contain',
  tier: 'R2',
  reversible: true,
  operations: [userPolicies.put, userPolicies.remove],
  grants: ourPolicyGrants(userPolicies, ANY_USER),
  reads: [
    { operation: 'iam:GetUser', permissions: ['iam:GetUser'] },
    { operation: 'iam:GetUserPolicy', permissions: ['iam:GetUserPolicy'] },
    { operation: 'iam:ListAccessKeys', permissions: ['iam:ListAccessKeys'] },
    { operation: 'iam:GetAccessKeyLastUsed', permissions: ['iam:GetAccessKeyLastUsed'] },
    { operation: 'iam:SimulatePrincipalPolicy', permissions: ['iam:SimulatePrincipalPolicy'] },
  ],
  revertedWhen: ['false-positive', 'rotated', 'rebuilt', 'accepted-risk'],
  sources: ['IAM PutUserPolicy', 'ATT&CK M1018', 'IAM: changes can take seconds to be visible everywhere'],
  describe: (user) =>
    `Every call of ${user.name} is denied, by any of its keys, its console session or the tokens it took. Sessions of roles that it assumed go on.`,
  residual: (user) => [`Sessions of roles that ${user.name} assumed before live on until they end or are revoked`],
  calls: (_user, before) => ourPolicyPut(userPolicies, before, DENY_ALL),
  undo: (_user, done, live) => ourPolicyPutBack(userPolicies, done, live),
})
