import type { PlanStatus } from './plan.ts'

/** How `contain`, `recover` and `release` end. `superseded` means that a person replaced the plan. */
export interface Outcome {
  readonly outcome: 'contained' | 'denied' | 'expired' | 'superseded' | 'partial' | 'failed'
  /** The plan that decided it; null when none could be made. */
  readonly plan: string | null
  readonly reason: string
}

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
