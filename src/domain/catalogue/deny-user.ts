import type { DeclaredCall } from '#domain/state'
import type { IamUser } from '#domain/targets'
import { defineEntry } from './entry.ts'

export interface DenyUserState {
  readonly [field: string]: string | null
  /** The inline policy of our name as found, or null when there was none. */
  readonly ourPolicy: string | null
}

export const DENY_USER_POLICY_NAME = 'CordonDenyAll'

/** 84 characters, so that it fits beside whatever else the user’s 2,048 hold. */
export const DENY_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'

const put = { operation: 'iam:PutUserPolicy', permissions: ['iam:PutUserPolicy'] } as const
const remove = { operation: 'iam:DeleteUserPolicy', permissions: ['iam:DeleteUserPolicy'] } as const

export const denyUser = defineEntry<IamUser, DenyUserState>()({
  title: 'Deny everything to an IAM user',
  target: 'iam-user',
  phase: 'contain',
  tier: 'R2',
  reversible: true,
  operations: [put, remove],
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
  calls: (_user, before) => [
    { ...put, resource: '{arn}', change: { field: 'ourPolicy', before: before.ourPolicy, after: DENY_ALL } },
  ],
  undo: (_user, done, live) => done.filter(({ change }) => live.ourPolicy === change.after).map(putBack),
})

function putBack({ change }: DeclaredCall): DeclaredCall {
  const call = change.before === null ? remove : put
  return { ...call, resource: '{arn}', change: { field: change.field, before: change.after, after: change.before } }
}
