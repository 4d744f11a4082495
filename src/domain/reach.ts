import type { Principal } from './targets.ts'

/** How one part of what was asked stands. */
export type PartState = 'available' | 'no permission' | 'not enabled' | 'failed'

export interface PartSeen {
  readonly source: string
  readonly state: PartState
  readonly text: string
}

/** A key, a password or the role itself, and when it was last used; `at` is null when it never was. */
export interface LastUse {
  readonly what: string
  /** ISO 8601. */
  readonly at: string | null
  /** The service and the Region, as far as IAM says it. */
  readonly where: string | null
}

/** A service that the principal tried to reach; also what was refused counts. Source: IAM GenerateServiceLastAccessedDetails. */
export interface UsedService {
  readonly service: string
  readonly at: string
}

/** What a principal may do by its own policies, and when it was last used. */
export interface Reach {
  readonly principal: Principal
  /** One sentence for what a statement allows or denies. */
  readonly may: readonly string[]
  /** The policies that were read, by name. */
  readonly policies: readonly string[]
  /** The ARN of the permissions boundary; null when there is none. */
  readonly boundary: string | null
  readonly lastUses: readonly LastUse[]
  /** The newest first. */
  readonly services: readonly UsedService[]
  readonly parts: readonly PartSeen[]
  /** Sentences on what these readings do not show. */
  readonly unseen: readonly string[]
}

/** A policy of the principal, as IAM gave it. */
export interface HeldPolicy {
  /** In words: `inline policy deploy of user deploy-bot`. */
  readonly name: string
  /** Its JSON. */
  readonly document: string
}

export const lastUseText = ({ what, at, where }: LastUse): string =>
  at === null ? `${what}: never used` : `${what}: last used ${at}${where === null ? '' : `, ${where}`}`
