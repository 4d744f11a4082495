import type { ReadSession, WriteSession } from '#activities/aws/sessions'
import type { ActionName, catalogue, StateOf, TargetOf } from '#domain/catalogue/index'
import { type Comparable, discrepancies } from '#domain/judge'
import type { DeclaredCall, Values } from '#domain/state'
import type { Tags } from '#domain/tags'

/** A target as it is now. */
export interface Seen<State> {
  readonly arn: string
  readonly state: State
  readonly tags: Tags
  /** What else a change would touch, in sentences for approvers; looked for only when a plan is made. */
  readonly blastRadius: () => Promise<readonly string[]>
}

/** One attempt at a step: exactly the calls that its permit leaves to be made, and the session that can make no others. */
export interface Work<Target, State> {
  readonly read: ReadSession
  readonly write: WriteSession
  readonly target: Target
  readonly before: State
  readonly calls: readonly DeclaredCall[]
  /** From 1. From the second on, an earlier attempt may have done anything between nothing and everything. */
  readonly attempt: number
  /** Records a call that AWS acknowledged. */
  readonly made: (call: DeclaredCall, output: Acknowledged) => void
  readonly signal: AbortSignal
}

/** An answer of the AWS SDK. */
export interface Acknowledged {
  readonly $metadata: { readonly requestId?: string | undefined }
}

/** For a call whose effect is there without it. */
export const ALREADY_SO: Acknowledged = { $metadata: {} }

/** A read-back of what a step did. */
export interface Reading<Target> {
  readonly read: ReadSession
  readonly target: Target
  readonly expected: Comparable
  /** Fields that another approved step has written since. */
  readonly ignored: ReadonlySet<string>
}

/** How an action is done. Each operation may run twice, or stop halfway and run again. */
export interface Doing<Name extends ActionName> {
  /**
   * Reads what the plan records and the gate compares; `before` is the state in the plan, once there is one.
   * Fails with `target_gone` when the identity no longer exists.
   */
  observe(read: ReadSession, target: TargetOf<Name>, before?: StateOf<Name>): Promise<Seen<StateOf<Name>>>
  /** Makes the calls, in order, and no others. Returns values that only the calls could tell. */
  apply(work: Work<TargetOf<Name>, StateOf<Name>>): Promise<Values>
  /** Reads back; says what is not as it should be, or nothing. */
  verify(reading: Reading<TargetOf<Name>>): Promise<readonly string[]>
  /** Puts back what `apply` changed and nothing else, by the calls that the undo declares. */
  revert: (typeof catalogue)[Name]['reversible'] extends true
    ? (work: Work<TargetOf<Name>, StateOf<Name>>) => Promise<Values>
    : 'cannot be undone'
}

/** Makes each call after the other; stops between two of them when the attempt is cancelled. */
export async function makeCalls(
  { calls, made, signal }: Pick<Work<unknown, unknown>, 'calls' | 'made' | 'signal'>,
  make: (call: DeclaredCall) => Promise<Acknowledged>,
): Promise<Values> {
  for (const call of calls) {
    signal.throwIfAborted()
    made(call, await make(call))
  }
  return {}
}

/** What a fresh look at the target shows that should not be so. */
export async function compare<Name extends ActionName>(
  { observe }: Pick<Doing<Name>, 'observe'>,
  { read, target, expected, ignored }: Reading<TargetOf<Name>>,
): Promise<readonly string[]> {
  // The plan holds the before-state that `observe` of the same action wrote.
  const { state } = await observe(read, target, expected.before as StateOf<Name>)
  const live = Object.fromEntries(Object.entries(state).filter(([field]) => !ignored.has(field)))
  return discrepancies(expected, live, {})
}
