import type { ErrorCode } from './errors.ts'
import type { StepOutcome } from './plan.ts'
import type { DeclaredCall, State, Values } from './state.ts'
import type { Tags } from './tags.ts'

/** A target as the executor has just read it. The gate reads no account itself. */
export interface Observed {
  readonly arn: string
  readonly state: State
  readonly tags: Tags
}

/** What the executor asks of the gate before it changes anything. */
export interface PermitQuestion {
  readonly plan: string
  readonly step: number
  readonly observed: Observed
}

/** Credentials of one step: they may make the step’s outstanding calls and nothing else. */
export interface StepCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: string
}

/** The right to one step. The attempt number fences: only the newest attempt may report how the step ended. */
export interface Permitted {
  readonly kind: 'permitted'
  readonly permit: string
  readonly attempt: number
  readonly values: Values
  /** What is still to be done; empty when a read-back shows that everything is. */
  readonly calls: readonly DeclaredCall[]
  /** Null when nothing is to be done. */
  readonly credentials: StepCredentials | null
}

export interface Refused {
  readonly kind: 'refused'
  readonly code: ErrorCode
  readonly reason: string
}

/** The step had its permit and ended so; it never gets another. */
export interface Settled {
  readonly kind: 'settled'
  readonly outcome: StepOutcome
}

export type PermitAnswer = Permitted | Settled | Refused

/** How an attempt ended; closes its permit. */
export interface AttemptEnd {
  readonly attempt: number
  readonly outcome: StepOutcome
}
