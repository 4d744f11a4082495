import type { PlanPurpose } from './plan.ts'

/** Where Cordon used up what it may do by itself: from then on people decide about every plan there, until two of them say otherwise. */
export interface Breaker {
  readonly id: string
  readonly account: string
  readonly openedAt: string
  readonly reason: string
}

/** Why nothing is carried out without a vote; null where it may be. What was done can be undone all the same. */
export const breakerDoubt = (breaker: Breaker | null, purpose: PlanPurpose): string | null =>
  breaker === null || purpose === 'undo'
    ? null
    : `Since ${breaker.openedAt} people decide about every plan in account ${breaker.account}: ${breaker.reason}`
