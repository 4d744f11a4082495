import type { Finding, FindingForm, FindingProducer } from '#domain/finding'
import type { Members } from '#intake/unwrap'

type Said =
  | 'title'
  | 'description'
  | 'createdAt'
  | 'updatedAt'
  | 'firstSeen'
  | 'lastSeen'
  | 'remoteAddress'
  | 'api'
  | 'service'
  | 'errorCode'
  | 'userAgent'
  | 'resourceRole'

type Absent<Type> = { readonly [Name in keyof Type]-?: Type[Name] | null | undefined }

/** What a form says of a finding, before anybody asked whether that is enough. Null and undefined are alike: it says nothing. */
export interface Draft
  extends Partial<Absent<Pick<Finding, Said>>>,
    Partial<Pick<Finding, 'isSample' | 'entities' | 'attackSequence' | 'credential' | 'instance' | 'product'>> {
  readonly source: FindingProducer
  readonly id: string | null
  readonly type: string | null
  readonly account: string | null
  readonly region: string | null
  /** 0 to 10, as GuardDuty counts. */
  readonly severity: number | null
  readonly count?: number | null
}

/** A form that findings are written in. One normaliser each. */
export interface Form {
  readonly name: FindingForm
  /** What people call it. */
  readonly title: string
  readonly recognises: (raw: Members) => boolean
  readonly read: (raw: Members) => Draft
}

/** The words of severity that producers use, as the number with which each band begins. Source: GuardDuty, severity levels; ASFF Severity.Label; OCSF severity_id. */
const severityWords: Readonly<Record<string, number>> = {
  informational: 1,
  untriaged: 4,
  low: 2,
  medium: 5,
  moderate: 5,
  high: 8,
  critical: 9,
  fatal: 10,
}

/** The number for a word, in the middle of its band; null for a word that nobody knows. */
export const severityOf = (word: string | null): number | null =>
  word !== null && Object.hasOwn(severityWords, word.toLowerCase()) ? (severityWords[word.toLowerCase()] ?? null) : null
