import type { DeclaredCall } from '#domain/state'
import type { UserKey } from '#domain/targets'
import { defineEntry } from './entry.ts'
import { ANY_USER } from './principals.ts'

export interface RotateAccessKeyState {
  readonly [field: string]: string | null
  /** The ids of the user’s other keys than the one we make, in order, as one text. */
  readonly keys: string
  /** The key that we made, or null. It is ours when the secret names it. */
  readonly newKey: string | null
  /** The id of the key that the secret holds, or null when there is no such secret. Never the secret itself. */
  readonly secret: string | null
}

/** Where the owner finds the new key. */
export const rotatedSecretName = (userName: string): string => `cordon/rotated/${userName}`

const create = { operation: 'iam:CreateAccessKey', permissions: ['iam:CreateAccessKey'] } as const
const remove = { operation: 'iam:DeleteAccessKey', permissions: ['iam:DeleteAccessKey'] } as const
const keep = {
  operation: 'secretsmanager:CreateSecret',
  permissions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
} as const
const drop = { operation: 'secretsmanager:DeleteSecret', permissions: ['secretsmanager:DeleteSecret'] } as const

const secretArn = ({ user }: UserKey): string =>
  `arn:{partition}:secretsmanager:{region}:${user.account}:secret:${rotatedSecretName(user.name)}-*`

const ANY_ROTATED_SECRET = `arn:{partition}:secretsmanager:*:{account}:secret:${rotatedSecretName('*')}`

/**
 * A key whose secret was lost between the two calls (its process died) can never be used: on a resumption `apply` deletes it, when it
 * was indeed never used, and makes another, which is why `iam:DeleteAccessKey` is among the declared permissions.
 */
export const rotateAccessKey = defineEntry<UserKey, RotateAccessKeyState>()({
  title: 'Give the owner of a stolen access key a new one',
  target: 'user-key',
  phase: 'recover',
  tier: 'R2',
  reversible: true,
  operations: [create, remove, keep, drop],
  grants: {
    apply: [
      { permissions: [...create.permissions, ...remove.permissions], resource: ANY_USER },
      { permissions: keep.permissions, resource: ANY_ROTATED_SECRET },
    ],
    revert: [
      { permissions: remove.permissions, resource: ANY_USER },
      { permissions: drop.permissions, resource: ANY_ROTATED_SECRET },
    ],
  },
  reads: [
    { operation: 'iam:GetUser', permissions: ['iam:GetUser'] },
    { operation: 'iam:ListAccessKeys', permissions: ['iam:ListAccessKeys'] },
    { operation: 'iam:GetAccessKeyLastUsed', permissions: ['iam:GetAccessKeyLastUsed'] },
    { operation: 'secretsmanager:DescribeSecret', permissions: ['secretsmanager:DescribeSecret'] },
  ],
  revertedWhen: ['false-positive'],
  sources: ['IAM CreateAccessKey', 'Secrets Manager CreateSecret', 'ATT&CK M1027'],
  describe: ({ user, accessKeyId }) =>
    `${user.name} gets a new access key, kept in its account’s Secrets Manager as ${rotatedSecretName(user.name)}. ${accessKeyId} stays as it is.`,
  residual: ({ user }) => [
    `Programs of ${user.name} stop until they read the new key from ${rotatedSecretName(user.name)}`,
  ],
  calls: (key, before) => [
    {
      ...create,
      permissions: [...create.permissions, ...remove.permissions],
      resource: '{arn}',
      change: { field: 'newKey', before: before.newKey, after: '{newKeyId}' },
    },
    { ...keep, resource: secretArn(key), change: { field: 'secret', before: before.secret, after: '{newKeyId}' } },
  ],
  undo: (key, done, live) =>
    done
      .filter(({ change }) => live[change.field] === change.after)
      .map((call) => takeBack(key, call))
      .reverse(),
})

function takeBack(key: UserKey, { change }: DeclaredCall): DeclaredCall {
  const [call, resource] = change.field === 'secret' ? ([drop, secretArn(key)] as const) : ([remove, '{arn}'] as const)
  return { ...call, resource, change: { field: change.field, before: change.after, after: null } }
}
