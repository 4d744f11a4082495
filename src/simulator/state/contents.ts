import type { Tags } from './principals.ts'

export interface Secret {
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly name: string
  readonly description?: string
  readonly createdAt: number
  readonly changedAt: number
  readonly deletedAt?: number
  readonly tags: Tags
  readonly versions: readonly SecretVersion[]
}

export interface SecretVersion {
  readonly id: string
  readonly text?: string
  readonly binary?: string
  readonly stages: readonly string[]
  readonly createdAt: number
}

export interface Detector {
  readonly id: string
  readonly createdAt: number
  /** Absent while nobody changed it: every quarter of an hour. */
  readonly frequency?: string
  /** Absent while nobody did it. */
  readonly isSuspended?: true
}

/** A filter of a detector’s findings, as it was made. */
export interface FindingFilter {
  /** What made it: the second call with the same one is the first. Source: GuardDuty CreateFilter, ClientToken. */
  readonly token: string | null
  readonly name: string
  readonly action: string
  readonly rank: number
  readonly tags: Readonly<Record<string, string>>
  readonly criteria: Readonly<Record<string, unknown>>
}

export interface SecurityHub {
  readonly enabledAt: number
}

/** A finding of Security Hub with the SDK's own member names. */
export interface HubFinding {
  readonly id: string
  readonly finding: Readonly<Record<string, unknown>>
}

/** A finding with the SDK's own member names. */
export interface StoredFinding {
  readonly id: string
  readonly finding: Readonly<Record<string, unknown>>
}

export interface Bucket {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly createdAt: number
  readonly versioning: 'off' | 'Enabled' | 'Suspended'
}

export interface StoredObject {
  readonly key: string
  readonly version: string
  /** Rises with every write, so that the latest version is known. */
  readonly sequence: number
  readonly modifiedAt: number
  readonly contentType: string
  readonly etag: string
  readonly size: number
  /** Base64. */
  readonly content: string
  readonly metadata: Readonly<Record<string, string>>
}

export interface Queue {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly attributes: Readonly<Record<string, string>>
  readonly createdAt: number
}

export interface Message {
  readonly id: string
  readonly body: string
  readonly sentAt: number
  readonly visibleAt: number
  readonly receipt?: string
  readonly received: number
}
