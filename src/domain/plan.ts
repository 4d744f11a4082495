import type { ReleaseReason, Tier } from '#domain/catalogue/entry'
import { entryOf } from '#domain/catalogue/erased'
import type { ActionName } from '#domain/catalogue/index'
import type { Json } from './json.ts'
import type { DeclaredCall, State } from './state.ts'
import type { Tags } from './tags.ts'
import type { Target } from './targets.ts'
import type { Quorum } from './votes.ts'

export type PlanPurpose = 'contain' | 'recover' | 'undo'

export const planStatuses = [
  'proposed',
  'approved',
  'denied',
  'expired',
  'superseded',
  'executing',
  'done',
  'partial',
  'failed',
] as const
export type PlanStatus = (typeof planStatuses)[number]

export const stepStatuses = ['proposed', 'applied', 'done', 'failed', 'skipped'] as const
export type StepStatus = (typeof stepStatuses)[number]

/** One action on one target, exactly as people approve it. */
export interface PlannedStep {
  readonly index: number
  readonly action: ActionName
  readonly direction: 'apply' | 'revert'
  readonly target: Target
  /** Where regional calls go. */
  readonly region: string
  /** The guard fields as they were observed for this plan. */
  readonly before: State
  readonly calls: readonly DeclaredCall[]
  readonly members?: { readonly ceiling: number; readonly call: DeclaredCall }
  readonly reversible: boolean
  readonly text: string
  readonly residual: readonly string[]
  /** Tags of the target that the policy goes by, as they were observed for this plan; without those that came during the incident. */
  readonly tags?: Tags
}

/** What people approve. Its hash is made of its canonical bytes; nothing in it changes afterwards. */
export interface Plan {
  readonly schema: 1
  readonly incident: string
  readonly episode: number
  /** The verb call or the request that the plan answers, and which try it is: so a hash is never used twice. */
  readonly verbKey: string
  readonly revision: number
  readonly purpose: PlanPurpose
  readonly reason: string
  /** A person’s id, or `runbook/<id>`. */
  readonly proposer: string
  readonly undoes?: { readonly plan: string; readonly release: ReleaseReason }
  /** The plan that nobody decided in time, some of whose steps these are. */
  readonly undecided?: string
  readonly tier: Tier
  readonly quorum: Quorum
  /** The change whose votes count as the quorum: a standing approval of such plans. */
  readonly standingApproval?: { readonly change: string; readonly digest: string }
  readonly policyDigest: string
  readonly buildId: string
  readonly catalogueDigest: string
  readonly proposedAt: string
  readonly decideBy: string
  /** How long after the quorum the plan may run. */
  readonly runWithinMs: number
  readonly verifyAfterMs: readonly number[]
  readonly watchMs: number
  readonly steps: readonly PlannedStep[]
  /** What else the plan touches, in sentences. */
  readonly blastRadius: readonly string[]
}

/** A plan is JSON by construction; this says so to the compiler. */
export const planAsJson = (plan: Plan): Json => plan as unknown as Json

export interface DoneCall {
  readonly operation: string
  readonly field: string
  readonly before: Json
  readonly after: Json
  readonly requestId: string | null
  readonly at: string
}

/**
 * How a try at a step ended; `calls` are those whose effect is there, with their values, also when the step as a whole did not apply.
 * Temporal carries it between processes, so it grows only by optional fields.
 */
export type StepOutcome =
  | { readonly kind: 'applied'; readonly calls: readonly DeclaredCall[]; readonly made: readonly DoneCall[] }
  | { readonly kind: 'drifted'; readonly difference: string; readonly calls?: readonly DeclaredCall[] }
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly reason: string
      readonly calls?: readonly DeclaredCall[]
    }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly reason: string
      readonly calls?: readonly DeclaredCall[]
    }

/** What a read-back found. */
export interface StepVerification {
  readonly index: number
  readonly discrepancies: readonly string[]
}

export const isTerminal = (status: PlanStatus): boolean =>
  status !== 'proposed' && status !== 'approved' && status !== 'executing'

/** Approved, being carried out, or watched after it was. */
export const isUnderWay = (status: PlanStatus): boolean => ['approved', 'executing', 'done'].includes(status)

const graph: Readonly<Record<PlanStatus, readonly PlanStatus[]>> = {
  proposed: ['approved', 'denied', 'expired', 'superseded'],
  // Done at once: a release of changes that stay as they are.
  approved: ['executing', 'done', 'denied', 'expired', 'superseded', 'failed'],
  // Expired: a freeze held it up until its run-by was over.
  executing: ['done', 'partial', 'failed', 'expired', 'superseded'],
  denied: [],
  expired: [],
  superseded: [],
  // A containment that stopped holding while it was watched.
  done: ['partial'],
  partial: [],
  failed: [],
}

/** Whether the plan goes on without the step: AWS refused it, and it was worth a try and no more. */
export const isShortfall = ({ action }: Pick<PlannedStep, 'action'>, { kind }: StepOutcome): boolean =>
  kind === 'failed' && entryOf(action).isBestEffort === true

/** Whether the step after this one is next. */
export const goesOnAfter = (step: Pick<PlannedStep, 'action'>, outcome: StepOutcome): boolean =>
  outcome.kind === 'applied' || isShortfall(step, outcome)

/** Why a step was not applied, as the plan’s reason begins; the first word tells a drift. */
export const endingOf = (outcome: Exclude<StepOutcome, { kind: 'applied' }>): string =>
  outcome.kind === 'drifted' ? `drifted: ${outcome.difference}` : `${outcome.code}: ${outcome.reason}`

/** Whether the plan met a target that was not as it describes; what had run before stays. */
export const hasDrifted = ({
  status,
  reason,
}: {
  readonly status: PlanStatus
  readonly reason: string | null
}): boolean => (status === 'superseded' || status === 'partial') && reason !== null && reason.startsWith('drifted')

/** Drift makes a fresh plan without votes; after this many somebody should look. */
export const MAX_REPROPOSALS = 3

/** The statuses from which a plan may become `next`. */
export const comesFrom = (next: PlanStatus): readonly PlanStatus[] =>
  planStatuses.filter((status) => graph[status].includes(next))

/** How a plan ends after a step did not apply. Something that ran stays; people decide about the rest. */
export function statusAfter(outcome: Exclude<StepOutcome, { kind: 'applied' }>, appliedBefore: number): PlanStatus {
  if (appliedBefore > 0 || (outcome.calls ?? []).length > 0) return 'partial'
  if (outcome.kind === 'drifted') return 'superseded'
  if (outcome.kind === 'refused' && outcome.code === 'run_by_passed') return 'expired'
  return 'failed'
}
