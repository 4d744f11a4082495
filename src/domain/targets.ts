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

/** An EC2 instance by its id, which is never given again; its launch time changes with each start (decision 0020). */
export interface Ec2Instance {
  readonly kind: 'ec2-instance'
  readonly account: string
  readonly region: string
  readonly instanceId: string
}

/** The sessions that an instance has of its role, now and later. */
export interface InstanceSessions {
  readonly kind: 'instance-sessions'
  readonly account: string
  readonly instance: Ec2Instance
  readonly role: IamRole
}

/** Findings that a detector of the account holds; a delegated administrator’s holds those of its members too. */
export interface GuardDutyFindings {
  readonly kind: 'guardduty-findings'
  readonly account: string
  readonly region: string
  readonly detectorId: string
  /** 1 to 50. Source: GuardDuty ArchiveFindings, FindingIds. */
  readonly findingIds: readonly string[]
}

/** Whose calls CloudTrail can tell apart. */
export type Principal = IamUser | IamRole | InstanceSessions

export type Target = IamUser | IamRole | UserKey | Ec2Instance | InstanceSessions | GuardDutyFindings

export type TargetKind = Target['kind']

type TargetOfKind<Kind extends TargetKind> = Extract<Target, { readonly kind: Kind }>

/** What must be known of a kind of target. */
interface Naming<Kind extends TargetKind> {
  readonly key: (target: TargetOfKind<Kind>) => string
  readonly text: (target: TargetOfKind<Kind>) => string
  readonly name: (target: TargetOfKind<Kind>) => string
}

const namings: { readonly [Kind in TargetKind]: Naming<Kind> } = {
  'iam-user': {
    key: ({ account, userId }) => `${account}/iam-user/${userId}`,
    text: ({ account, userId, name }) => `user ${name} (${userId}) in ${account}`,
    name: ({ name }) => name,
  },
  'iam-role': {
    key: ({ account, roleId }) => `${account}/iam-role/${roleId}`,
    text: ({ account, roleId, name }) => `role ${name} (${roleId}) in ${account}`,
    name: ({ name }) => name,
  },
  // A key is a part of its user, and sessions are a part of their instance: what changes the one changes the other.
  'user-key': {
    key: ({ user }) => targetKey(user),
    text: ({ accessKeyId, user }) => `key ${accessKeyId} of ${targetText(user)}`,
    name: ({ user }) => user.name,
  },
  'ec2-instance': {
    key: ({ account, region, instanceId }) => `${account}/${region}/ec2-instance/${instanceId}`,
    text: ({ account, region, instanceId }) => `instance ${instanceId} in ${account}, ${region}`,
    name: ({ instanceId }) => instanceId,
  },
  'instance-sessions': {
    key: ({ instance }) => targetKey(instance),
    text: ({ role, instance }) => `sessions of role ${role.name} (${role.roleId}) from ${targetText(instance)}`,
    name: ({ role }) => role.name,
  },
  'guardduty-findings': {
    key: ({ account, region, findingIds }) =>
      `${account}/${region}/guardduty-findings/${findingIds.toSorted().join(',')}`,
    text: ({ account, region, detectorId, findingIds }) =>
      `${findingIds.length} findings of detector ${detectorId} in ${account}, ${region}`,
    name: ({ detectorId }) => detectorId,
  },
}

/** The cast is sound: a kind’s entry takes the targets of that kind. */
const namingOf = ({ kind }: Target): { readonly [Use in keyof Naming<TargetKind>]: (target: Target) => string } =>
  namings[kind] as never

/** One text for one identity: what locks, budgets and containments are counted by. Display names are not in it. */
export const targetKey = (target: Target): string => namingOf(target).key(target)

/** The same identity in words that people use. */
export const targetText = (target: Target): string => namingOf(target).text(target)

/** The name that policy’s protected list is written in. */
export const targetName = (target: Target): string => namingOf(target).name(target)

/** Where calls about the target go; null when it is the same from everywhere. */
export const targetRegion = (target: Target): string | null => ('region' in target ? target.region : null)
