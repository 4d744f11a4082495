import type { DeclaredCall } from '#domain/state'

/** A role with or without an inline policy that is ours by its name. */
export interface OurPolicyState {
  readonly [field: string]: string | null
  /** The inline policy of our name as found, or null when there was none. */
  readonly ourPolicy: string | null
}

export const putPolicy = { operation: 'iam:PutRolePolicy', permissions: ['iam:PutRolePolicy'] } as const
export const deletePolicy = { operation: 'iam:DeleteRolePolicy', permissions: ['iam:DeleteRolePolicy'] } as const

/** What puts our policy back to what it was, unless somebody has changed it since. */
export const ourPolicyPutBack = (done: readonly DeclaredCall[], live: OurPolicyState): readonly DeclaredCall[] =>
  done
    .filter(({ change }) => live.ourPolicy === change.after)
    .map(({ change: { field, before, after } }) => ({
      ...(before === null ? deletePolicy : putPolicy),
      resource: '{arn}',
      change: { field, before: after, after: before },
    }))
