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

/** What a suppression of Cordon says, as its entry of the context has it. */
export interface SuppressionOf {
  /** The id of the entry. */
  readonly entry: string
  readonly owner: string
  readonly reason: string
  /** ISO 8601, in UTC. */
  readonly until: string
}

/** A filter of a detector that archives what comes: findings of one type, in one account, about one thing. */
export interface ArchiveFilter {
  readonly kind: 'archive-filter'
  readonly account: string
  readonly region: string
  readonly detectorId: string
  readonly suppression: SuppressionOf
  readonly match: {
    readonly type: string
    readonly accountId: string
    /** The path of a finding’s field, and the one value that it has. */
    readonly field: string
    readonly value: string
  }
  /** 1 to 50 findings of the incident that the entry answers; the first names the filter. */
  readonly findingIds: readonly string[]
}

export const feedbackWords = ['USEFUL', 'NOT_USEFUL'] as const

/** What is told to GuardDuty of findings that a detector of the account holds. */
export interface FindingFeedback {
  readonly kind: 'finding-feedback'
  readonly account: string
  readonly region: string
  readonly detectorId: string
  /** 1 to 50. Source: GuardDuty UpdateFindingsFeedback, FindingIds. */
  readonly findingIds: readonly string[]
  readonly feedback: (typeof feedbackWords)[number]
  readonly comments: string
}

export const workflowWords = ['NOTIFIED', 'RESOLVED', 'SUPPRESSED'] as const

/** What is written beside one finding in the Security Hub of the account. */
export interface HubFinding {
  readonly kind: 'hub-finding'
  readonly account: string
  readonly region: string
  /** As Security Hub names it. Source: ASFF, Id and ProductArn. */
  readonly id: string
  readonly productArn: string
  /** At most 512 characters. Source: Security Hub, NoteUpdate. */
  readonly note: string
  readonly workflow: (typeof workflowWords)[number]
}

/** Whose calls CloudTrail can tell apart. */
export type Principal = IamUser | IamRole | InstanceSessions

export type Target =
  | IamUser
  | IamRole
  | UserKey
  | Ec2Instance
  | InstanceSessions
  | GuardDutyFindings
  | ArchiveFilter
  | FindingFeedback
  | HubFinding

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
  'archive-filter': {
    key: (target) => `${target.account}/${target.region}/archive-filter/${filterName(target)}`,
    text: ({ account, region, suppression, detectorId }) =>
      `filter for suppression ${suppression.entry} at detector ${detectorId} in ${account}, ${region}`,
    name: (target) => filterName(target),
  },
  'finding-feedback': {
    key: ({ account, region, findingIds }) =>
      `${account}/${region}/finding-feedback/${findingIds.toSorted().join(',')}`,
    text: ({ account, region, detectorId, findingIds }) =>
      `feedback on ${findingIds.length} findings of detector ${detectorId} in ${account}, ${region}`,
    name: ({ detectorId }) => detectorId,
  },
  'hub-finding': {
    key: ({ account, region, id }) => `${account}/${region}/hub-finding/${id}`,
    text: ({ account, region, id }) => `finding ${id} in Security Hub of ${account}, ${region}`,
    name: () => THE_HUB,
  },
}

/** An account has one hub in a Region. Source: Security Hub, hub/default. */
const THE_HUB = 'default'

/** What Cordon’s filters are called: roles may make and delete no others. The names of its own users and roles, which are protected, begin otherwise. */
export const FILTER_PREFIX = 'by-cordon-'

/** By the finding that it was asked for with: within 64 characters, and of nobody else. */
export const filterName = ({ findingIds }: ArchiveFilter): string => `${FILTER_PREFIX}${findingIds[0] ?? ''}`

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
