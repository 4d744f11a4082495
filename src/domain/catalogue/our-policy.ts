import type { DeclaredCall } from '#domain/state'

/** A user or role with or without an inline policy that is ours by its name. */
export interface OurPolicyState {
  readonly [field: string]: string | null
  /** The inline policy of our name as found, or null when there was none. */
  readonly ourPolicy: string | null
}

type Call = Pick<DeclaredCall, 'operation' | 'permissions'>

/** How the inline policies of a kind of principal are written. */
export interface PolicyCalls {
  readonly put: Call
  readonly remove: Call
}

export const rolePolicies = {
  put: { operation: 'iam:PutRolePolicy', permissions: ['iam:PutRolePolicy'] },
  remove: { operation: 'iam:DeleteRolePolicy', permissions: ['iam:DeleteRolePolicy'] },
} as const

export const userPolicies = {
  put: { operation: 'iam:PutUserPolicy', permissions: ['iam:PutUserPolicy'] },
  remove: { operation: 'iam:DeleteUserPolicy', permissions: ['iam:DeleteUserPolicy'] },
} as const

/** What the roles are allowed for it: our policy’s name is in no ARN, so the resource is any principal of the kind. */
export const ourPolicyGrants = ({ put, remove }: PolicyCalls, resource: string) => ({
  apply: [{ permissions: put.permissions, resource }],
  revert: [{ permissions: [...put.permissions, ...remove.permissions], resource }],
})

/** What puts our policy in the place of what was found. */
export const ourPolicyPut = (
  { put }: PolicyCalls,
  before: OurPolicyState,
  document: string,
): readonly DeclaredCall[] => [
  { ...put, resource: '{arn}', change: { field: 'ourPolicy', before: before.ourPolicy, after: document } },
]

/** What puts our policy back to what it was, unless somebody has changed it since. */
export const ourPolicyPutBack = (
  { put, remove }: PolicyCalls,
  done: readonly DeclaredCall[],
  live: OurPolicyState,
): readonly DeclaredCall[] =>
  done
    .filter(({ change }) => live.ourPolicy === change.after)
    .map(({ change: { field, before, after } }) => ({
      ...(before === null ? remove : put),
      resource: '{arn}',
      change: { field, before: after, after: before },
    }))
