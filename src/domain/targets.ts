/** An IAM user by what cannot change: its unique id. The name is for people. Source: IAM User.UserId. */
export interface IamUser {
  readonly kind: 'iam-user'
  readonly account: string
  readonly userId: string
  readonly name: string
}

/** An IAM role by its unique id. Source: IAM Role.RoleId. */
export interface IamRole {
  readonly kind: 'iam-role'
  readonly account: string
  readonly roleId: string
  readonly name: string
}

/** A long-term access key of a user. */
export interface UserKey {
  readonly kind: 'user-key'
  readonly account: string
  readonly accessKeyId: string
  readonly user: IamUser
}

export type Target = IamUser | IamRole | UserKey

export type TargetKind = Target['kind']

/** One text for one identity: what locks, budgets and containments are counted by. Display names are not in it. */
export function targetKey(target: Target): string {
  switch (target.kind) {
    case 'iam-user':
      return `${target.account}/iam-user/${target.userId}`
    case 'iam-role':
      return `${target.account}/iam-role/${target.roleId}`
    // A key is a part of its user: what changes the one changes the other.
    case 'user-key':
      return targetKey(target.user)
  }
}

/** The same identity in words that people use. */
export function targetText(target: Target): string {
  switch (target.kind) {
    case 'iam-user':
      return `user ${target.name} (${target.userId}) in ${target.account}`
    case 'iam-role':
      return `role ${target.name} (${target.roleId}) in ${target.account}`
    case 'user-key':
      return `key ${target.accessKeyId} of ${targetText(target.user)}`
  }
}

/** The name that policy’s protected list is written in. */
export function targetName(target: Target): string {
  return target.kind === 'user-key' ? target.user.name : target.name
}
