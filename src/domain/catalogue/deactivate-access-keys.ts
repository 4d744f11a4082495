import type { DeclaredCall } from '#domain/state'
import type { IamUser } from '#domain/targets'
import { defineEntry } from './entry.ts'
import { ANY_USER } from './principals.ts'

/** The status of every access key of the user, by its id. Source: IAM AccessKeyMetadata.Status. */
export interface AccessKeysState {
  readonly [accessKeyId: string]: 'Active' | 'Inactive' | 'Expired'
}

/** Source: IAM quotas, access keys per user. */
const KEYS_PER_USER = 2

const update = { operation: 'iam:UpdateAccessKey', permissions: ['iam:UpdateAccessKey'] } as const

const setStatus = (accessKeyId: string, before: string, after: string): DeclaredCall => ({
  ...update,
  resource: '{arn}',
  change: { field: accessKeyId, before, after },
})

export const deactivateAccessKeys = defineEntry<IamUser, AccessKeysState>()({
  title: 'Deactivate every access key of an IAM user',
  target: 'iam-user',
  phase: 'contain',
  tier: 'R2',
  reversible: true,
  operations: [update],
  grants: {
    apply: [{ permissions: update.permissions, resource: ANY_USER }],
    revert: [{ permissions: update.permissions, resource: ANY_USER }],
  },
  reads: [
    { operation: 'iam:GetUser', permissions: ['iam:GetUser'] },
    { operation: 'iam:ListAccessKeys', permissions: ['iam:ListAccessKeys'] },
    { operation: 'iam:GetAccessKeyLastUsed', permissions: ['iam:GetAccessKeyLastUsed'] },
  ],
  // A key that somebody stole stays off when it was rotated: only a false alarm gives it back.
  revertedWhen: ['false-positive', 'accepted-risk'],
  sources: ['IAM UpdateAccessKey', 'ATT&CK T1078.004'],
  describe: (user) =>
    `Every active access key of ${user.name} is set inactive, also keys that appear before the call, up to ${KEYS_PER_USER} in all.`,
  residual: (user) => [
    `Sessions that ${user.name} took with GetSessionToken or GetFederationToken are cut by the deny, not by this`,
  ],
  calls: (_user, before) => {
    // In an order of their own: a plan’s bytes do not keep that of the fields, and the gate makes the calls again from them.
    const active = Object.keys(before).filter((accessKeyId) => before[accessKeyId] === 'Active')
    return active.toSorted().map((accessKeyId) => setStatus(accessKeyId, 'Active', 'Inactive'))
  },
  members: () => ({ ceiling: KEYS_PER_USER, call: setStatus('{accessKeyId}', 'Active', 'Inactive') }),
  undo: (_user, done, live) => {
    const ours = done.filter(({ change }) => live[change.field] === 'Inactive')
    return ours.map(({ change }) => setStatus(change.field, 'Inactive', 'Active'))
  },
})
