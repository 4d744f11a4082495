import type { PlannedStep } from './plan.ts'
import { type PlanAsked, ruleStep, tierOfStep } from './plan-ruling.ts'
import type { Policy } from './policy.ts'
import { targetKey } from './targets.ts'
import type { Vote } from './votes.ts'

export interface Around extends Pick<PlanAsked, 'place' | 'severity' | 'pool'> {
  readonly at: string
}

/** The steps that the policy has carried out when nobody decided in time. */
export const stepsOnTimeout = (policy: Policy, steps: readonly PlannedStep[], around: Around): readonly PlannedStep[] =>
  steps.filter((step) => {
    const { onTimeout } = ruleStep(policy, step, { ...around, least: tierOfStep(step) })
    return step.reversible && step.direction === 'apply' && onTimeout.value.includes(step.action)
  })

/** Who said that the plan is not to be: anybody’s deny, and a hold that nobody took back. Null when nobody did. */
export function whoStopped(votes: readonly Vote[]): string | null {
  const last = new Map(votes.map((vote) => [vote.person, vote]))
  const stopping = votes.find((vote) => vote.decision === 'deny') ?? [...last.values()].find(isHold)
  return stopping?.person ?? null
}

const isHold = ({ decision }: Vote): boolean => decision === 'hold'

/** The first of the steps that is none of the others: the same action on the same target. */
export const foreignStep = (steps: readonly PlannedStep[], others: readonly PlannedStep[]): PlannedStep | undefined =>
  steps.find((step) => !others.some((other) => isSame(step, other)))

const isSame = (one: PlannedStep, other: PlannedStep): boolean =>
  one.action === other.action &&
  one.direction === other.direction &&
  one.target.kind === other.target.kind &&
  targetKey(one.target) === targetKey(other.target)
