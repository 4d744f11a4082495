import type { ReleaseReason } from '#domain/catalogue/entry'
import { entryOf, fits } from '#domain/catalogue/erased'
import type { ActionName } from '#domain/catalogue/index'
import type { Standing } from './account-standing.ts'
import { doubtAbout, type Unattested } from './attested.ts'
import { type Breaker, breakerDoubt } from './breaker.ts'
import { declaredCalls, declaredMembers } from './declared.ts'
import type { ErrorCode } from './errors.ts'
import { isErrorCode } from './errors.ts'
import type { Observation } from './executor.ts'
import { type EarlierTags, tagsMeant } from './observed-tags.ts'
import type { Plan, PlannedStep, PlanPurpose } from './plan.ts'
import { type PlanAsked, type PlanRuling, rulePlan } from './plan-ruling.ts'
import { type Environment, type Mode, type Policy, protectionOf, termsOf } from './policy.ts'
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
  /** A plan that nobody decided in time: then only what a standing approval covers is planned. */
  readonly undecided?: string
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
    /** The path of its organizational unit; null when it is not known. */
    readonly unit: string | null
    readonly partition: string
    /** The enabled Regions; the first one is home. */
    readonly regions: readonly string[]
    /** Set up with simulated accounts when it is left out. */
    readonly standing?: Standing
  }
  /** Of the incident, 0 to 10. */
  readonly severity: number
  /** How many people may vote on it. */
  readonly pool: number
  /** What its producers did not confirm; nothing when it is left out. */
  readonly unattested?: Unattested | null
  /** That of the account, when it is open. */
  readonly breaker?: Breaker | null
  /** What earlier plans of the incident recorded. */
  readonly earlierTags: EarlierTags
  /** The database’s clock. */
  readonly now: string
}

export type Planned =
  /** `doubt` says why somebody has to look at it in any case. */
  | { readonly kind: 'plan'; readonly plan: Plan; readonly mode: Mode; readonly doubt: string | null }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly reason: string }

type Refused = Extract<Planned, { kind: 'refused' }>

/**
 * Makes the exact plan of a proposal from what was observed, or says why there cannot be one.
 * Refuses with `target_protected`, `not_permitted`, `target_gone`, `unprocessable` and the codes of failed observations.
 */
export function makePlan(proposal: Proposal, observations: readonly Observation[], around: Surroundings): Planned {
  const ruling = rulingOn(proposal, observations, around)
  const refused = refusal(proposal, observations, { ...around, mode: ruling.mode })
  if (refused !== null) return refused
  const { steps, leftOut, tooLarge } = withinSessions(plannedSteps(proposal, observations, around))
  if (tooLarge !== null) return refuse('limit_reached', tooLarge)
  const { tier, decideByMs, runByMs } = ruling
  const doubt =
    doubtAbout(around.unattested ?? null, { policy: around.policy, purpose: proposal.purpose }) ??
    breakerDoubt(around.breaker ?? null, proposal.purpose)
  const quorum = doubt === null ? ruling.quorum : withSomebody(ruling.quorum)
  const { verify } = around.policy
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
    ...(proposal.undecided === undefined ? {} : { undecided: proposal.undecided }),
    tier,
    quorum,
    policyDigest: around.policyDigest,
    buildId: around.buildId,
    catalogueDigest: around.catalogueDigest,
    proposedAt: around.now,
    decideBy: new Date(Date.parse(around.now) + decideByMs).toISOString(),
    runWithinMs: runByMs,
    verifyAfterMs: verify.afterMs,
    watchMs: verify.watchMs,
    steps,
    blastRadius: [...(doubt === null ? [] : [doubt]), ...leftOut, ...touched(proposal, observations, around)],
  }
  return { kind: 'plan', plan, mode: ruling.mode, doubt }
}

/** Somebody looks, also where no rule asks for anybody. */
const withSomebody = (quorum: Plan['quorum']): Plan['quorum'] => ({
  ...quorum,
  required: Math.max(1, quorum.required),
  groups: Math.max(1, quorum.groups),
})

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

/** Only an undo may have nothing to change. */
const accountOf = ({ wanted, undoes }: Proposal): string => wanted[0]?.target.account ?? undoes?.account ?? ''

/** A plan asks for what policy wants from now until it can no longer run: else the gate would refuse what people approved. */
function rulingOn(proposal: Proposal, observations: readonly Observation[], around: Surroundings): PlanRuling {
  const { policy, severity, pool, now } = around
  const { environment, unit, standing = 'set-up' } = around.account
  const place: PlanAsked['place'] = { account: accountOf(proposal), environment, unit, standing }
  const steps = proposal.wanted.map((one, index) => {
    const { counting: tags } = tagsMeant({ ...one, observation: observations[index] }, policy, around.earlierTags)
    return { ...one, ...(tags === undefined ? {} : { tags }) }
  })
  const asked = { place, purpose: proposal.purpose, severity, pool, steps }
  const { decideByMs, runByMs } = rulePlan(policy, { ...asked, moments: [now] })
  const end = new Date(Date.parse(now) + decideByMs + runByMs).toISOString()
  return rulePlan(policy, { ...asked, moments: [now, end] })
}

/** What else the plan touches, and what its targets’ tags mean; each once. */
function touched(
  { wanted }: Proposal,
  observations: readonly Observation[],
  { policy, earlierTags }: Surroundings,
): readonly string[] {
  const all = observations.flatMap((seen, index) => {
    const target = wanted[index]?.target
    const told = target === undefined ? [] : tagsMeant({ target, observation: seen }, policy, earlierTags).told
    return [...told, ...(seen.kind === 'found' ? seen.blastRadius : [])]
  })
  return [...new Set(all)]
}

const refuse = (code: ErrorCode, reason: string): Refused => ({ kind: 'refused', code, reason })

function refusal(
  { wanted, undoes }: Proposal,
  observations: readonly Observation[],
  around: Surroundings & Pick<PlanRuling, 'mode'>,
): Refused | null {
  // An undo without steps releases a containment whose changes stay.
  if (wanted.length === 0 && undoes === undefined) return refuse('unprocessable', 'There is nothing to change')
  if (new Set(wanted.map(({ target }) => target.account)).size > 1)
    return refuse('unprocessable', 'A plan changes one account: ask for a plan for each')
  const refusals = wanted.map((one) => targetRefusal(one, around))
  return [...refusals, ...observations.map(observationRefusal)].find((refused) => refused !== null) ?? null
}

/** Why nothing may be planned for the target, whatever is observed of it. */
function targetRefusal(
  { action, target }: ProposedAction,
  around: Surroundings & Pick<PlanRuling, 'mode'>,
): Refused | null {
  const { policy, account, mode } = around
  if (!fits(action, target)) return refuse('unprocessable', `${action} does not fit a ${target.kind}`)
  const region = targetRegion(target)
  if (region !== null && !account.regions.includes(region))
    return refuse('not_permitted', `Account ${target.account} is not registered for ${region}: add the Region first`)
  const protection = protectionOf(target, policy)
  if (protection !== null)
    return refuse('target_protected', `Manual action needed for ${targetText(target)}: ${protection.instructions}`)
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

function plannedStep({ action, target, seen, done }: Observed, around: Surroundings): PlannedStep {
  const { account, policy, earlierTags } = around
  if (seen?.kind !== 'found') throw new TypeError('Refused observations never reach this')
  const entry = entryOf(action)
  const terms = termsOf(policy, account.environment)
  const before = seen.state
  const region = targetRegion(target) ?? account.regions[0] ?? ''
  const place = { arn: seen.arn, partition: account.partition, region }
  const reverting = done !== undefined
  const direction = reverting ? 'revert' : 'apply'
  const members = declaredMembers({ action, target, direction }, place)
  const { counting: tags } = tagsMeant({ target, observation: seen }, policy, earlierTags)
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
    ...(tags === undefined ? {} : { tags }),
  }
}
