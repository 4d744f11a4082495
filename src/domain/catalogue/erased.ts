import type { DeclaredCall, State } from '#domain/state'
import type { Target } from '#domain/targets'
import type { Entry, Terms } from './entry.ts'
import { type ActionName, catalogue } from './index.ts'

/** An entry whose target and state types are known only by name: what plans of any action are made with. */
export type ErasedEntry = Omit<Entry<never, State>, 'describe' | 'residual' | 'calls' | 'members' | 'undo'> & {
  readonly describe: (target: Target, before: State, terms: Terms) => string
  readonly residual: (target: Target, before: State, terms: Terms) => readonly string[]
  readonly calls: (target: Target, before: State, terms: Terms) => readonly DeclaredCall[]
  readonly members?: (target: Target) => { readonly ceiling: number; readonly call: DeclaredCall }
  readonly undo: (target: Target, done: readonly DeclaredCall[], live: State) => readonly DeclaredCall[]
}

/** The entry of an action. The cast is sound for a target of `entry.target`’s kind: callers check it with `fits`. */
export function entryOf(action: ActionName): ErasedEntry {
  return catalogue[action] as unknown as ErasedEntry
}

export const fits = (action: ActionName, target: Target): boolean => entryOf(action).target === target.kind

/** The catalogue as data: what its digest is made of, so that a plan names the very catalogue that it was made with. */
export function catalogueData() {
  return (Object.keys(catalogue) as readonly ActionName[]).map((action) => {
    const { title, target, tier, reversible, isBestEffort = false, operations, revertedWhen } = entryOf(action)
    return {
      action,
      title,
      target,
      tier,
      reversible,
      isBestEffort,
      operations: operations.map(({ operation, permissions }) => ({ operation, permissions: [...permissions] })),
      revertedWhen: [...revertedWhen],
    }
  })
}
