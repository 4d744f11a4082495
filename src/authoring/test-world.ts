import type { ActionName, StateOf, TargetOf } from '#domain/catalogue/index'
import type { ErrorCode } from '#domain/errors'
import type { EventType } from '#domain/events'
import type { EvidenceKind, EvidenceKinds } from '#domain/evidence'
import type { Plan, PlanStatus } from '#domain/plan'
import type { Environment, Policy } from '#domain/policy'
import type { Decision, Person } from '#domain/votes'

/** What becomes of a step that people approved; `applied` when nothing is said. */
export type ScriptedOutcome =
  | 'applied'
  | { readonly drifted: string }
  | { readonly failed: ErrorCode; readonly reason: string }
  /** The gate says no. A refusal that time can lift (`frozen`, `target_locked`, …) is asked again until run-by. */
  | { readonly refused: ErrorCode; readonly reason: string }
  /** The calls succeed, and a later read-back finds this. */
  | { readonly unverified: string }

/** The same every time, one after the other (the last one stays), or by what is asked. */
export type Scripted<Answer, Asked> = Answer | readonly Answer[] | ((asked: Asked) => Answer)

/** The account as the runbook will find it. */
export interface TestWorld {
  /** What each observation for an action sees; what its own steps change is kept from then on. A target that nobody has touched when nothing is said. */
  readonly states?: { readonly [Name in ActionName]?: Scripted<StateOf<Name>, TargetOf<Name>> }
  readonly evidence?: {
    readonly [Kind in EvidenceKind]?: Scripted<EvidenceKinds[Kind]['answer'], EvidenceKinds[Kind]['question']>
  }
  /** What becomes of the steps of an action, one after the other; the last one stays. */
  readonly outcomes?: { readonly [Name in ActionName]?: readonly ScriptedOutcome[] }
  /** Targets of these actions no longer exist. */
  readonly gone?: readonly ActionName[]
  readonly environment?: Environment
  readonly policy?: Policy
}

/** One vote, so long after the plan was proposed (`5m`). Votes that Cordon would not take have no effect. */
export interface CastVote {
  readonly person: string
  /** `replace` puts a plan of the person’s own in the place of a recovery or a release, as an undo by hand does. */
  readonly decision: Decision | 'replace'
  readonly after: string
}

/** Who there is, and how they vote on a plan. */
export interface Cast {
  readonly people: readonly Person[]
  readonly votes: (plan: Plan) => readonly CastVote[]
}

export interface TestEvent {
  readonly at: string
  readonly type: EventType
  readonly text: string
}

/** How a plan ended, and why. */
export interface Ended {
  readonly status: PlanStatus
  readonly reason: string | null
}

/** A plan of the run, and how it ended. */
export interface TestPlan extends Ended {
  readonly plan: Plan
}

const MINUTE_MS = 60_000

/** Two people in production, one elsewhere; half an hour to decide. */
export const usualPolicy: Policy = {
  clocks: { decideByMs: 30 * MINUTE_MS, runByMs: 15 * MINUTE_MS },
  verify: { afterMs: [0], watchMs: 0 },
  quorum: {
    production: { R0: 0, R1: 0, R2: 2, R3: 2 },
    nonproduction: { R0: 0, R1: 0, R2: 1, R3: 2 },
  },
  untrackWindow: 'nonproduction',
  volatileCapture: 'always',
  ladder: [{ level: 1, people: ['responder'], waitMs: 5 * MINUTE_MS }],
  budgets: {
    automatic: { assets: 3, windowMs: 10 * MINUTE_MS },
    approved: { assets: 100, windowMs: 10 * MINUTE_MS },
    wideAbove: 10,
  },
  protected: [],
  mode: { default: 'approve', accounts: {} },
}

/** Two approvers of different groups, who approve everything after a minute and two. */
export const usualCast: Cast = {
  people: [
    { id: 'ada', name: 'Ada', roles: ['approver'], groups: ['security'] },
    { id: 'ben', name: 'Ben', roles: ['approver'], groups: ['platform'] },
  ],
  votes: () => [
    { person: 'ada', decision: 'approve', after: '1m' },
    { person: 'ben', decision: 'approve', after: '2m' },
  ],
}
