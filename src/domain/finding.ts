import { type Entity, entityKey, type OwnedKind } from './entity.ts'
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

/** Who detected it. What a product of somebody else reports through Security Hub, or by itself in OCSF, is `security-hub` and `ocsf`. */
export const findingProducers = [
  'guardduty',
  'security-hub',
  'ocsf',
  'macie',
  'inspector',
  'access-analyzer',
  'cloudtrail',
  /** Cordon itself, of what it cannot see or read. */
  'cordon',
  /** A human’s report. */
  'person',
] as const
export type FindingProducer = (typeof findingProducers)[number]

/** How a finding can be written, the poorest first: of two forms of one finding the richer says what Cordon goes by (decision 0060). */
export const findingForms = [
  'ocsf',
  'asff',
  'cloudtrail',
  'access-analyzer',
  'inspector',
  'macie',
  'guardduty',
] as const
export type FindingForm = (typeof findingForms)[number]

/** Where the form stands among them; a larger number is richer. */
export const rankOf = ({ form }: Pick<Finding, 'form'>): number => findingForms.indexOf(form ?? 'guardduty')

/** Whether the resource was attacked, or did it. Source: GuardDuty, Service.ResourceRole. */
export type ResourceRole = 'target' | 'actor'

/** The attack sequence that a finding is, or is a part of. Source: GuardDuty, Extended Threat Detection. */
export type AttackSequence =
  | {
      readonly kind: 'sequence'
      /** Keys of the findings that it is made of, as far as it names them. */
      readonly parts: readonly string[]
    }
  | {
      readonly kind: 'part'
      readonly arn: string
      /** The key of the sequence’s own finding; null when the ARN does not say it. */
      readonly sequence: string | null
    }

/**
 * A finding’s version as Cordon reads it, whatever the form it came in. Severity in thousandths of GuardDuty’s number: no fractions are recorded.
 * What may be absent was not read yet when older versions were stored and when the kept histories were recorded.
 */
export interface Finding {
  /** Producer’s account, Region and finding id: the identity, whatever the channel and the form. */
  readonly key: string
  readonly id: string
  readonly source: FindingProducer
  readonly form?: FindingForm
  /** The product of somebody else, as its ARN or name; null when the source says it all. */
  readonly product?: string | null
  readonly type: string
  /** 12 digits, or what a product outside AWS calls it: then nothing in it can be a target. */
  readonly account: string
  readonly region: string
  readonly severityMilli: number
  readonly title: string
  readonly description: string
  readonly createdAt: string
  readonly updatedAt: string
  /** When the acts began and when the last one was, as far as the detector says. */
  readonly firstSeen?: string | null
  readonly lastSeen?: string | null
  readonly count: number
  readonly isSample: boolean
  readonly credential: Credential
  /** The instance that the finding is about, or whose role’s session it is. */
  readonly instance: Ec2Instance | null
  readonly remoteAddress: string | null
  readonly api: string | null
  /** Whose API it is, as `iam.amazonaws.com`. */
  readonly service?: string | null
  /** How AWS refused the call; null when it was not refused, or not a call. */
  readonly errorCode?: string | null
  readonly userAgent: string | null
  readonly resourceRole?: ResourceRole | null
  readonly entities?: readonly Entity[]
  readonly attackSequence?: AttackSequence | null
}

/** What the finding says, whatever its id and times. */
export function saidBy(finding: Finding): object {
  const {
    key: _key,
    id: _id,
    createdAt: _created,
    updatedAt: _updated,
    firstSeen: _first,
    lastSeen: _last,
    ...said
  } = finding
  return said
}

export const findingKey = (account: string, region: string, id: string): string => `${account}/${region}/${id}`

/** An account of AWS by its number. Others are shown, and never acted in. */
export const isAwsAccount = (account: string): boolean => /^\d{12}$/.test(account)

/** The pattern of a runbook’s `handles`: GuardDuty’s own type, where a trailing `*` stands for anything. */
export function handles(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}

/** What an incident can be about when the finding names neither an instance nor a credential’s owner: the first that is there. */
const centres: readonly OwnedKind[] = [
  'function',
  'db-cluster',
  'db-instance',
  'cluster',
  'bucket',
  'principal',
  'access-key',
]

/**
 * Findings about the same entity are one incident: the entity, as a text. What names none is folded by type, account and Region, so
 * that a storm of it is one incident (decision 0062). Addresses are no entity to go by: one scanner would join what has nothing in common.
 */
export function correlationKey(finding: Finding): string {
  // A sample names what may exist, and says nothing about it.
  return finding.isSample ? `sample/${entityOf(finding)}` : entityOf(finding)
}

function entityOf(finding: Finding): string {
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
      return centreOf(finding) ?? `fold/${finding.account}/${finding.region}/${finding.type}`
  }
}

function centreOf({ entities = [] }: Finding): string | undefined {
  for (const kind of centres) {
    const found = entities.find((entity) => entity.kind === kind)
    if (found !== undefined) return entityKey(found)
  }
  return undefined
}

/** Whose credential the findings are about: the first one that is known. */
export const credentialIn = (findings: readonly Finding[], account: string): Credential =>
  findings.map(({ credential }) => credential).find(({ kind }) => kind !== 'unknown') ?? { kind: 'unknown', account }

/** The instance that the findings are about; null when they name none. */
export const instanceIn = (findings: readonly Finding[]): Ec2Instance | null =>
  findings.find(({ instance }) => instance !== null)?.instance ?? null
