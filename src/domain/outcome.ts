import type { PlanStatus } from './plan.ts'

/** How `contain`, `recover` and `release` end. `superseded` means that a person replaced the plan. */
export interface Outcome {
  readonly outcome: 'contained' | 'denied' | 'expired' | 'superseded' | 'partial' | 'failed'
  /** The plan that decided it; null when none could be made. */
  readonly plan: string | null
  readonly reason: string
  /** Why there could be no plan, as a code of the closed list. */
  readonly code?: string
}

/** No plan could be made. */
export const noPlan = ({ code, reason }: { readonly code: string; readonly reason: string }): Outcome => ({
  outcome: 'failed',
  plan: null,
  code,
  reason,
})

/** Why a person must go on. */
export const endingText = ({ outcome, code, reason }: Outcome): string =>
  `The plan ended ${outcome}: ${code === undefined ? '' : `${code}: `}${reason}`

const byStatus: Readonly<Partial<Record<PlanStatus, Outcome['outcome']>>> = {
  done: 'contained',
  denied: 'denied',
  expired: 'expired',
  superseded: 'superseded',
  partial: 'partial',
  failed: 'failed',
}

/** What a closed plan means to the runbook that asked for it. */
export const outcomeOf = (plan: string, status: PlanStatus, reason: string | null): Outcome => ({
  outcome: byStatus[status] ?? 'failed',
  plan,
  reason: reason ?? `the plan is ${status}`,
})
