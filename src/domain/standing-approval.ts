import { entryOf } from '#domain/catalogue/erased'
import { isActionName } from '#domain/catalogue/index'
import type { JsonObject } from './json.ts'
import type { Plan } from './plan.ts'
import { type PlanAsked, tierOfStep } from './plan-ruling.ts'
import { type Environment, globMatches } from './policy.ts'
import { asksForCare } from './tags.ts'
import { targetKey } from './targets.ts'

/** A shape of plans that people approved beforehand, for accounts in mode `automatic`. */
export interface StandingApproval {
  /** Of plans by this runbook only. */
  readonly runbook: string
  /** Each changes one kind of target. */
  readonly actions: readonly string[]
  /** Where: each that is there must hold. */
  readonly accounts?: readonly string[]
  readonly units?: readonly string[]
  readonly environment?: Environment
  /** How many targets in a window, over all plans under this approval. */
  readonly assets: number
  readonly windowMs: number
  readonly expiresAt: string
}

export const MOST_ASSETS = 10
/** Nobody remembers for longer what they agreed to. */
export const LONGEST_MS = 90 * 86_400_000

/** The standing approval in a change’s body, or what is wrong with it at the moment when it is proposed or comes into force. */
export function problemsOfStanding(approval: StandingApproval, now: string): readonly string[] {
  const unknown = approval.actions.filter((action) => !isActionName(action))
  const known = approval.actions.filter(isActionName)
  const ahead = Date.parse(approval.expiresAt) - Date.parse(now)
  return [
    ...unknown.map((action) => `there is no action ${action}`),
    ...known.filter((action) => !entryOf(action).reversible).map((action) => `${action} cannot be undone`),
    ...known.filter((action) => tierOfStep({ action }) === 'R3').map((action) => `${action} is of tier R3`),
    ...((approval.accounts ?? approval.units ?? approval.environment) === undefined
      ? ['it says no accounts, units or environment']
      : []),
    ...(ahead > 0 && ahead <= LONGEST_MS ? [] : ['it must expire within 90 days from now']),
  ]
}

/** What is asked of a plan to be of the shape. */
export interface ShapeAsked {
  readonly plan: Pick<Plan, 'purpose' | 'tier' | 'proposer' | 'steps'>
  readonly place: PlanAsked['place']
  /** The moment at which it must not have expired. */
  readonly at: string
}

/** Why the plan is not of the approved shape, or null. */
export function departureFrom(approval: StandingApproval, { plan, place, at }: ShapeAsked): string | null {
  if (Date.parse(at) >= Date.parse(approval.expiresAt)) return `it expired at ${approval.expiresAt}`
  if (plan.proposer !== `runbook/${approval.runbook}`) return `the plan is not one of runbook ${approval.runbook}`
  if (plan.purpose !== 'contain' || plan.tier === 'R3') return 'it is for containments that can be undone'
  if (!isThere(approval, place)) return `it is not for account ${place.account}`
  if (targetsOf(plan) > approval.assets) return `it is for ${approval.assets} targets`
  const other = plan.steps.find((step) => !isStepOf(approval, step))
  return other === undefined ? null : `step ${other.index + 1} is not of its shape`
}

const targetsOf = ({ steps }: Pick<Plan, 'steps'>): number => new Set(steps.map(({ target }) => targetKey(target))).size

const isThere = ({ accounts, units, environment }: StandingApproval, place: PlanAsked['place']): boolean =>
  (accounts?.includes(place.account) ?? true) &&
  (units?.some((path) => place.unit !== null && globMatches(path, place.unit)) ?? true) &&
  (environment ?? place.environment) === place.environment

/** A target whose owners ask for care is decided by people when it is time. */
const isStepOf = ({ actions }: StandingApproval, step: Plan['steps'][number]): boolean =>
  step.direction === 'apply' &&
  step.reversible &&
  isActionName(step.action) &&
  entryOf(step.action).reversible &&
  actions.includes(step.action) &&
  !asksForCare(step.tags ?? {})

/** Bodies are checked by their schema before they are stored. */
export const standingIn = (body: JsonObject): StandingApproval => body as unknown as StandingApproval
