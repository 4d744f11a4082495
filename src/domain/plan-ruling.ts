import type { Tier } from '#domain/catalogue/entry'
import { entryOf } from '#domain/catalogue/erased'
import { isActionName } from '#domain/catalogue/index'
import { modeIn, type Standing } from './account-standing.ts'
import type { Facts } from './override.ts'
import type { PlanPurpose } from './plan.ts'
import { type Environment, gravestOf, groupsFor, type Mode, modes, type Policy, tiers } from './policy.ts'
import { type Ruling, rule } from './ruling.ts'
import type { Tags } from './tags.ts'
import { type Target, targetName } from './targets.ts'
import type { Quorum } from './votes.ts'

/** What is known of a plan, as far as the policy goes by it. */
export interface PlanAsked {
  readonly place: Pick<Facts, 'account' | 'unit' | 'environment'> & { readonly standing: Standing }
  readonly purpose: PlanPurpose
  /** 0 to 10. */
  readonly severity: number
  /** How many people may vote on it. */
  readonly pool: number
  readonly steps: readonly { readonly action: string; readonly target: Target; readonly tags?: Tags }[]
  /** Moments at each of which the plan must be as the policy wants it. */
  readonly moments: readonly string[]
}

/** What the policy wants of a plan as a whole: of each of its steps, at each of the moments, the strictest. */
export interface PlanRuling {
  readonly tier: Tier
  readonly quorum: Quorum
  readonly decideByMs: number
  readonly runByMs: number
  readonly mode: Mode
}

type Step = PlanAsked['steps'][number]

/** Rules the plan. */
export function rulePlan(policy: Policy, asked: PlanAsked): PlanRuling {
  const tier = tierBy(policy, asked)
  const rulings = asked.moments.flatMap((at) =>
    asked.steps.length === 0
      ? [rule(policy, { facts: { ...ofNothing, ...shared(asked, at) }, least: tier, pool: asked.pool })]
      : asked.steps.map((step) => ruleStep(policy, step, { ...asked, at, least: tier })),
  )
  const required = Math.max(...rulings.map((one) => one.required.value))
  const from = [...new Set(rulings.flatMap((one) => one.from.value))].toSorted()
  return {
    tier,
    quorum: quorumOf({ tier, required, from }),
    decideByMs: Math.min(...rulings.map((one) => one.decideByMs.value)),
    runByMs: Math.min(...rulings.map((one) => one.runByMs.value)),
    mode: modes[Math.min(...rulings.map((one) => modes.indexOf(modeIn(one.mode, asked.place.standing))))] ?? 'observe',
  }
}

interface Wanted {
  readonly tier: Tier
  readonly required: number
  readonly from: readonly string[]
}

function quorumOf({ tier, required: least, from }: Wanted): Quorum {
  const required = Math.max(least, from.length)
  return { required, groups: groupsFor(tier, required), ...(from.length === 0 ? {} : { from }) }
}

const shared = ({ place, severity }: Pick<PlanAsked, 'place' | 'severity'>, at: string) => {
  const { account, unit, environment } = place
  return { account, unit, environment, severity, at }
}

/** A release of what stays as it is: there is no action and no target. */
const ofNothing = { action: '', target: '', tags: {} }

interface Around extends Pick<PlanAsked, 'place' | 'severity' | 'pool'> {
  readonly at: string
  readonly least: Tier
}

/** What the policy says of one step. */
export function ruleStep(policy: Policy, { action, target, tags = {} }: Step, around: Around): Ruling {
  const facts = { ...shared(around, around.at), action, target: targetName(target), tags }
  return rule(policy, { facts, least: around.least, pool: around.pool })
}

/** By the catalogue; what it does not have is taken for the gravest. */
export const tierOfStep = ({ action }: Pick<Step, 'action'>): Tier =>
  isActionName(action) ? entryOf(action).tier : 'R3'

/** The gravest of its steps’, and R3 when it is wide. To end a containment is a decision of people, also where nothing is put back. */
function tierBy(policy: Policy, asked: PlanAsked): Tier {
  const { purpose, steps, moments } = asked
  const gravest = gravestOf(
    moments.flatMap((at) =>
      steps.map((step) => ruleStep(policy, step, { ...asked, at, least: tierOfStep(step) }).tier.value),
    ),
  )
  if (steps.length > policy.budgets.wideAbove) return 'R3'
  return purpose === 'undo' && tiers.indexOf(gravest) < tiers.indexOf('R2') ? 'R2' : gravest
}

/** An account that is not registered counts as production, is of no unit that is known, and is only observed. */
export const placeOf = (
  account: string,
  known: { readonly environment: Environment; readonly unit: string | null; readonly standing: Standing } | null,
): PlanAsked['place'] => ({
  account,
  environment: known?.environment ?? 'production',
  unit: known?.unit ?? null,
  standing: known?.standing ?? 'registered',
})
