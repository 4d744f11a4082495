import type { DeclaredCall, Grant, State } from '#domain/state'
import type { Target, TargetKind } from '#domain/targets'

export type Tier = 'R0' | 'R1' | 'R2' | 'R3'

/** Why a containment ends. */
export const releaseReasons = ['false-positive', 'rotated', 'rebuilt', 'accepted-risk'] as const
export type ReleaseReason = (typeof releaseReasons)[number]

/** What a session policy must allow for an action, before its exact target is known. */
export interface Operation {
  readonly operation: `${string}:${string}`
  /** IAM permissions that the operation needs; they are not always its own name. */
  readonly permissions: readonly `${string}:${string}`[]
}

/** What policy leaves to the catalogue, for the target’s account. */
export interface Terms {
  /** Whether cutting tracked EC2 connections may open the instance for a moment. */
  readonly untracks: boolean
  /** Whether an instance may be asked for what its disks do not keep. */
  readonly captures: boolean
}

/** What every catalogue entry says about its action. Pure: people, policy, the gate and the documents read it. */
export interface Entry<T extends Target, S extends State> {
  readonly title: string
  readonly target: TargetKind & T['kind']
  readonly phase: 'contain' | 'recover'
  readonly tier: Tier
  readonly reversible: boolean
  /** AWS operations that `apply` and `revert` may call. */
  readonly operations: readonly Operation[]
  /**
   * What an account’s roles must allow for `apply` and for `revert`, before an exact target is known: the calls' permissions on patterns
   * of the resources. The catalogue writes `{partition}` and `{account}`; Regions are any, and bound by a condition.
   */
  readonly grants: { readonly apply: readonly Grant[]; readonly revert: readonly Grant[] }
  /** Operations that `observe` and `verify` need; read-only. */
  readonly reads: readonly Operation[]
  /** Release reasons for which undoing really puts the before-state back; for the others the change stays, on purpose. */
  readonly revertedWhen: readonly ReleaseReason[]
  readonly sources: readonly string[]
  /** Whether the plan goes on without a step that AWS refused; the plan is partial then. Left out: it stops. */
  readonly isBestEffort?: true
  /** What approvers read, with the target as it will be touched. */
  readonly describe: (target: T, before: S, terms: Terms) => string
  /** What the action cannot cut, shown beside it. */
  readonly residual: (target: T, before: S, terms: Terms) => readonly string[]
  /** The exact calls that take the target from `before` to contained. */
  readonly calls: (target: T, before: S, terms: Terms) => readonly DeclaredCall[]
  /** A set-valued action: the call for a member that appears later, and how many members there may be in all. */
  readonly members?: (target: T) => { readonly ceiling: number; readonly call: DeclaredCall }
  /**
   * The exact calls that put back what `done` changed, and nothing else: a field that somebody changed since
   * (it is not what the call left) stays as it is.
   */
  readonly undo: (target: T, done: readonly DeclaredCall[], live: S) => readonly DeclaredCall[]
}

export function defineEntry<T extends Target, S extends State>() {
  return <const E extends Entry<T, S>>(entry: E): E & Shape<T, S> => entry
}

/** Types that an entry carries for its other half; never present at run time. */
export interface Shape<T, S> {
  readonly types?: { readonly target: T; readonly state: S }
}
