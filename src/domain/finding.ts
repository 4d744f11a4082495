import { type Ec2Instance, type IamRole, targetKey, type UserKey } from './targets.ts'

export type Band = 'low' | 'medium' | 'high' | 'critical'

/** The bands of GuardDuty’s number. Source: GuardDuty, severity levels. */
export const bandOf = (severity: number): Band =>
  severity >= 9 ? 'critical' : severity >= 7 ? 'high' : severity >= 4 ? 'medium' : 'low'

/** Where each band begins. */
const begins: Readonly<Record<Band, number>> = { low: 0, medium: 4, high: 7, critical: 9 }

/** The least severity that the text means: a band, or the number itself. */
export const leastOf = (text: string): number => (Object.hasOwn(begins, text) ? begins[text as Band] : Number(text))

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
  readonly source: 'guardduty' | 'cordon' | 'person'
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
  /** The instance that the finding is about, or whose role’s session it is. */
  readonly instance: Ec2Instance | null
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
  const { credential, instance } = finding
  // What an instance’s role does, wherever it is called from, begins at the instance.
  if (instance !== null) return targetKey(instance)
  switch (credential.kind) {
    case 'user-key':
      return targetKey(credential)
    case 'role-session':
      return targetKey(credential.role)
    case 'root':
      return `${credential.account}/root`
    case 'unknown':
      return `finding/${finding.key}`
  }
}

/** Whose credential the findings are about: the first one that is known. */
export const credentialIn = (findings: readonly Finding[], account: string): Credential =>
  findings.map(({ credential }) => credential).find(({ kind }) => kind !== 'unknown') ?? { kind: 'unknown', account }

/** The instance that the findings are about; null when they name none. */
export const instanceIn = (findings: readonly Finding[]): Ec2Instance | null =>
  findings.find(({ instance }) => instance !== null)?.instance ?? null
