import type { ActionName } from '#domain/catalogue/index'
import type { AccountSeen, AccountsSeen, HubSeen } from './doctor/accounts.ts'
import type { EvidenceKind, EvidenceKinds } from './evidence.ts'
import type { StepOutcome, StepVerification } from './plan.ts'
import type { State } from './state.ts'
import type { Tags } from './tags.ts'
import type { Target } from './targets.ts'

/** A target as it was read just now, or why it could not be. */
export type Observation =
  | {
      readonly kind: 'found'
      readonly arn: string
      readonly state: State
      readonly blastRadius: readonly string[]
      /** Absent where an executor from before they were asked has read the target. */
      readonly tags?: Tags
    }
  | { readonly kind: 'gone'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string }

/** Whether Cordon can read the account, and what is missing. */
export type AccountCheck =
  | { readonly kind: 'ready' }
  | { readonly kind: 'missing'; readonly code: string; readonly reason: string }

/** What the doctor learned of the accounts, or why nothing. */
export type AccountsInspection =
  | ({ readonly kind: 'seen' } & AccountsSeen)
  /** Nobody took the task in time. */
  | { readonly kind: 'untaken' }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * What the executor offers. Its queue is never versioned, so names and arguments are a contract between builds:
 * inputs and answers grow only by optional fields. Every one may run twice, or stop halfway and run again.
 */
export interface ExecutorActivities {
  checkAccount(question: { readonly incident: string; readonly account: string }): Promise<AccountCheck>
  /** Reads each target’s guard fields, in the order asked. */
  observeTargets(question: {
    readonly incident: string
    readonly wanted: readonly { readonly action: ActionName; readonly target: Target }[]
  }): Promise<readonly Observation[]>
  /** Asks the gate for the step’s permit, makes its declared calls, reads back and closes the permit. */
  performStep(question: { readonly plan: string; readonly step: number }): Promise<StepOutcome>
  /** Reads every applied step of the plan back. */
  verifyPlan(question: { readonly plan: string }): Promise<readonly StepVerification[]>
  collectEvidence<Kind extends EvidenceKind>(question: {
    readonly incident: string
    readonly kind: Kind
    readonly question: EvidenceKinds[Kind]['question']
  }): Promise<EvidenceKinds[Kind]['answer']>
  /** Whom AWS takes the executor for, and what time it is there. */
  inspectHub(question: Readonly<Record<never, never>>): Promise<HubSeen>
  /** What the account lets Cordon read and change, and how its GuardDuty is set. */
  inspectAccount(question: { readonly account: string }): Promise<AccountSeen>
}
