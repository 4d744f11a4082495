import type { ReadSession } from '#activities/aws/sessions'
import type { ActionName } from '#domain/catalogue/index'
import type { State, Values } from '#domain/state'
import type { Target } from '#domain/targets'
import type { Reading, Seen, Work } from './doing.ts'
import { actions } from './index.ts'

/** An action whose target and state types are known only by name: what steps of any plan are done with. */
export interface ErasedDoing {
  readonly observe: (read: ReadSession, target: Target, before?: State) => Promise<Seen<State>>
  readonly apply: (work: Work<Target, State>) => Promise<Values>
  readonly verify: (reading: Reading<Target>) => Promise<readonly string[]>
  readonly revert: ((work: Work<Target, State>) => Promise<Values>) | 'cannot be undone'
}

/** How the action is done. The cast is sound for a target of the action’s kind: the gate and the proposal check it with `fits`. */
export const doingOf = (action: ActionName): ErasedDoing => actions[action] as unknown as ErasedDoing
