import type { ReleaseReason, Tier } from '#domain/catalogue/entry'
import { entryOf, fits } from '#domain/catalogue/erased'
import type { ActionName } from '#domain/catalogue/index'
import { modeIn, type Standing } from './account-standing.ts'
import { declaredCalls, declaredMembers } from './declared.ts'
import type { ErrorCode } from './errors.ts'
import { isErrorCode } from './errors.ts'
import type { Observation } from './executor.ts'
import type { Plan, PlannedStep, PlanPurpose } from './plan.ts'
import { type Environment, type Policy, protectionOf, quorumFor, termsOf, tierOf } from './policy.ts'
import { sessionParts } from './session-parts.ts'
import { SESSION_POLICY_LIMIT } from './session-policy.ts'
import type { DeclaredCall } from './state.ts'
import { type Target, targetRegion, targetText } from './targets.ts'

export interface ProposedAction<Name extends ActionName = ActionName> {
  readonly action: Name
  readonly target: Target
}

/** What somebody asks for, before anything was observed. */
export interface Proposal {
  readonly verbKey: string
  readonly purpose: PlanPurpose
  readonly reason: string
  readonly proposer: string
  readonly wanted: readonly ProposedAction[]
  /** The calls that a former plan made, beside each of `wanted`; present in an undo. */
  readonly undoes?: {
    readonly plan: string
    readonly account: string
    readonly release: ReleaseReason
    readonly done: readonly (readonly DeclaredCall[])[]
  }
}

/** What the record knows around a proposal. */
export interface Surroundings {
  readonly incident: string
  readonly episode: number
  readonly revision: number
  readonly policy: Policy
  readonly policyDigest: string
  readonly buildId: string
  readonly catalogueDigest: string
  readonly account: {
    readonly environment: Environment
    readonly partition: string
    /** The enabled Regions; the first one is home. */
    readonly regions: readonly string[]
    /** Set up with simulated accounts when it is left out. */
    readonly standing?: Standing
  }
  /** The database’s clock. */
  readonly now: string
}

export type Planned =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly reason: string }

type Refused = Extract<Planned, { kind: 'refused' }>

/**
 * Makes the exact plan of a proposal from what was observed, or says why there cannot be one.
 * Refuses with `target_protected`, `not_permitted`, `target_gone`, `unprocessable` and the codes of failed observations.
 */
export function makePlan(proposal: Proposal, observations: readonly Observation[], around: Surroundings): Planned {
  const refused = refusal(proposal, observations, around)
  if (refused !== null) return refused
  const { steps, leftOut, tooLarge } = withinSessions(plannedSteps(proposal, observations, around))
  if (tooLarge !== null) return refuse('limit_reached', tooLarge)
  const tier = tierOfPlan(proposal, steps, around.policy)
  const { clocks, verify } = around.policy
  const plan: Plan = {
    schema: 1,
    incident: around.incident,
    episode: around.episode,
    verbKey: proposal.verbKey,
    revision: around.revision,
    purpose: proposal.purpose,
    reason: proposal.reason,
    proposer: proposal.proposer,
    ...(proposal.undoes === undefined
      ? {}
      : { undoes: { plan: proposal.undoes.plan, release: proposal.undoes.release } }),
    tier,
    quorum: quorumFor(tier, around.account.environment, around.policy),
    policyDigest: around.policyDigest,
    buildId: around.buildId,
    catalogueDigest: around.catalogueDigest,
    proposedAt: around.now,
    decideBy: new Date(Date.parse(around.now) + clocks.decideByMs).toISOString(),
    runWithinMs: clocks.runByMs,
    verifyAfterMs: verify.afterMs,
    watchMs: verify.watchMs,
    steps,
    blastRadius: [
      ...leftOut,
      ...new Set(observations.flatMap((seen) => (seen.kind === 'found' ? seen.blastRadius : []))),
    ],
  }
  return { kind: 'plan', plan }
}

interface Fitting {
  readonly steps: readonly PlannedStep[]
  /** Sentences on what was worth a try and cannot be tried. */
  readonly leftOut: readonly string[]
  readonly tooLarge: string | null
}

/** Nobody votes on what no session can be opened for: it is left out where the plan goes on without it, and else there is no plan. */
function withinSessions(planned: readonly PlannedStep[]): Fitting {
  const faults = planned.map(({ calls }) => sessionParts(calls)).map((found) => (found.kind === 'parts' ? null : found))
  const isOptional = ({ action }: PlannedStep): boolean => entryOf(action).isBestEffort === true
  const kept = planned.filter((step, index) => faults[index] === null || !isOptional(step))
  const textOf = (step: PlannedStep): string =>
    `“${entryOf(step.action).title}” on ${targetText(step.target)} needs a session policy of ${faults[step.index]?.length} characters for ${faults[step.index]?.calls.length} calls that belong together, and AWS takes ${SESSION_POLICY_LIMIT}`
  const unfit = planned.filter(({ index }) => faults[index] !== null)
  const needed = kept.find(({ index }) => faults[index] !== null) ?? (kept.length === 0 ? unfit[0] : undefined)
  return {
    steps: kept.map((step, index) => ({ ...step, index })),
    leftOut: unfit.filter(isOptional).map((step) => `Left out, to be done by hand: ${textOf(step)}`),
    tooLarge: needed === undefined ? null : `${textOf(needed)}: it must be done by hand`,
  }
}

/** To end a containment is a decision of people, also where nothing is put back. */
function tierOfPlan({ purpose }: Proposal, steps: readonly PlannedStep[], policy: Policy): Tier {
  const tier = tierOf(steps.map(tierOfStep), policy)
  return purpose === 'undo' && tier !== 'R3' ? 'R2' : tier
}

const tierOfStep = ({ action }: PlannedStep): Tier => entryOf(action).tier

const refuse = (code: ErrorCode, reason: string): Refused => ({ kind: 'refused', code, reason })

function refusal(
  { wanted, undoes }: Proposal,
  observations: readonly Observation[],
  around: Surroundings,
): Refused | null {
  // An undo without steps releases a containment whose changes stay.
  if (wanted.length === 0 && undoes === undefined) return refuse('unprocessable', 'There is nothing to change')
  if (new Set(wanted.map(({ target }) => target.account)).size > 1)
    return refuse('unprocessable', 'A plan changes one account: ask for a plan for each')
  const refusals = wanted.map((one) => targetRefusal(one, around))
  return [...refusals, ...observations.map(observationRefusal)].find((refused) => refused !== null) ?? null
}

/** Why nothing may be planned for the target, whatever is observed of it. */
function targetRefusal({ action, target }: ProposedAction, { policy, account }: Surroundings): Refused | null {
  if (!fits(action, target)) return refuse('unprocessable', `${action} does not fit a ${target.kind}`)
  const region = targetRegion(target)
  if (region !== null && !account.regions.includes(region))
    return refuse('not_permitted', `Account ${target.account} is not registered for ${region}: add the Region first`)
  const protection = protectionOf(target, policy)
  if (protection !== null)
    return refuse('target_protected', `Manual action needed for ${targetText(target)}: ${protection.instructions}`)
  const mode = modeIn(target.account, policy, account.standing ?? 'set-up')
  if (mode === 'observe' || mode === 'recommend')
    return refuse('not_permitted', `Account ${target.account} is in mode ${mode}: people must act by hand`)
  return null
}

function observationRefusal(seen: Observation): Refused | null {
  if (seen.kind === 'gone') return refuse('target_gone', seen.reason)
  if (seen.kind === 'failed') return refuse(isErrorCode(seen.code) ? seen.code : 'internal', seen.reason)
  return null
}

function plannedSteps(
  proposal: Proposal,
  observations: readonly Observation[],
  around: Surroundings,
): readonly PlannedStep[] {
  const forward = proposal.wanted.map((wanted, index) =>
    plannedStep({ ...wanted, seen: observations[index], done: proposal.undoes?.done[index] }, around),
  )
  // What was done last is undone first.
  const ordered = proposal.undoes === undefined ? forward : forward.toReversed()
  return ordered.map((step, index) => ({ ...step, index }))
}

interface Observed extends ProposedAction {
  readonly seen: Observation | undefined
  /** The calls to put back; undefined for a step that applies. */
  readonly done: readonly DeclaredCall[] | undefined
}

function plannedStep({ action, target, seen, done }: Observed, { account, policy }: Surroundings): PlannedStep {
  if (seen?.kind !== 'found') throw new TypeError('Refused observations never reach this')
  const entry = entryOf(action)
  const terms = termsOf(policy, account.environment)
  const before = seen.state
  const region = targetRegion(target) ?? account.regions[0] ?? ''
  const place = { arn: seen.arn, partition: account.partition, region }
  const reverting = done !== undefined
  const direction = reverting ? 'revert' : 'apply'
  const members = declaredMembers({ action, target, direction }, place)
  return {
    index: 0,
    action,
    direction,
    target,
    region,
    before,
    calls: declaredCalls({ action, target, before, terms }, place, done),
    ...(members === undefined ? {} : { members }),
    reversible: entry.reversible,
    text: reverting
      ? `Put back what “${entry.title}” changed on ${targetText(target)}`
      : entry.describe(target, before, terms),
    residual: reverting ? [] : entry.residual(target, before, terms),
  }
}
