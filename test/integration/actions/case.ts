import type { Target } from '#domain/targets'
import type { ActionWorld } from './world.ts'

/** What the shared suite must know of one action. Adding an action is adding an entry to `cases`. */
export interface Case {
  /** Makes a target of that name. */
  readonly make: (world: ActionWorld, name: string) => Promise<Target>
  /** The AWS operations of an undisturbed run, and of its undo. */
  readonly writes: readonly string[]
  readonly undoWrites: readonly string[]
  /** Those of its undo after `tamper`: what somebody took back is not ours any more. */
  readonly undoWritesAfterTamper: readonly string[]
  /** Everything of the target that the action could change, read as the administrator. */
  readonly look: (world: ActionWorld, target: Target) => Promise<Looked>
  /** Somebody else changes what the plan records, before it runs; null where the plan covers all that can happen. */
  readonly drift: ((world: ActionWorld, target: Target) => Promise<unknown>) | null
  /** Somebody else takes back a part of what was done; null where that cannot be. */
  readonly tamper: ((world: ActionWorld, target: Target) => Promise<unknown>) | null
  /** Somebody else puts something of their own in the place of what was done; null where there is no such thing. */
  readonly overwrite: ((world: ActionWorld, target: Target) => Promise<unknown>) | null
  /** Somebody else changes something beside it, which must stay. */
  readonly beside: (world: ActionWorld, target: Target) => Promise<unknown>
  readonly tag: (
    world: ActionWorld,
    target: Target,
    tag: { readonly Key: string; readonly Value: string },
  ) => Promise<unknown>
  /** Deletes the target and makes another one of the same name. */
  readonly replace: (world: ActionWorld, target: Target) => Promise<unknown>
}

/** What others may add to by name (inline policies, tags), and what else the kind of target has. */
export interface Looked {
  readonly named: Readonly<Record<string, string | undefined>>
  readonly [more: string]: unknown
}
