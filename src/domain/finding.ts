import type { IamRole, UserKey } from './targets.ts'

export type Band = 'low' | 'medium' | 'high' | 'critical'

/** The bands of GuardDuty’s number. Source: GuardDuty, severity levels. */
export const bandOf = (severity: number): Band =>
  severity >= 9 ? 'critical' : severity >= 7 ? 'high' : severity >= 4 ? 'medium' : 'low'

/** Whose credential a finding is about. */
export type Credential =
  | UserKey
  | {
      readonly kind: 'role-session'
      readonly account: string
      readonly accessKeyId: string
      readonly role: IamRole
      readonly session: string
    }
  | { readonly kind: 'root'; readonly account: string; readonly accessKeyId: string }
  | { readonly kind: 'unknown'; readonly account: string }

/** A finding’s version as Cordon reads it, whatever the form it came in. Severity in thousandths of GuardDuty’s number: no fractions are recorded. */
export interface Finding {
  /** Producer’s account, Region and finding id: the identity, whatever the channel. */
  readonly key: string
  readonly id: string
  readonly source: 'guardduty'
  readonly type: string
  readonly account: string
  readonly region: string
  readonly severityMilli: number
  readonly title: string
  readonly description: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly count: number
  readonly isSample: boolean
  readonly credential: Credential
  readonly remoteAddress: string | null
  readonly api: string | null
  readonly userAgent: string | null
}

export const findingKey = (account: string, region: string, id: string): string => `${account}/${region}/${id}`

/** The pattern of a runbook’s `handles`: GuardDuty’s own type, where a trailing `*` stands for anything. */
export function handles(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}

/** Findings about the same entity are one incident: the entity, as a text. */
export function correlationKey(finding: Finding): string {
  const { credential } = finding
  switch (credential.kind) {
    case 'user-key':
      return `${credential.account}/iam-user/${credential.user.userId}`
    case 'role-session':
      return `${credential.account}/iam-role/${credential.role.roleId}`
    case 'root':
      return `${credential.account}/root`
    case 'unknown':
      return `finding/${finding.key}`
  }
}
