import type { Plan, StepOutcome } from './plan.ts'
import type { ProposedAction } from './proposal.ts'
import type { DeclaredCall } from './state.ts'
import { targetKey } from './targets.ts'

/** A step whose effect is there, with the calls that were made for it. */
export interface DoneStep extends ProposedAction {
  readonly calls: readonly DeclaredCall[]
}

/** The steps of a plan for which calls were made, those that only partly ran too. */
export const doneSteps = ({ steps }: Plan, outcomes: ReadonlyMap<number, StepOutcome>): readonly DoneStep[] =>
  steps.flatMap(({ index, action, target }) => {
    const calls = outcomes.get(index)?.calls ?? []
    return calls.length === 0 ? [] : [{ action, target, calls }]
  })

/**
 * What several tries of one proposal did, oldest first, as if one had done it: a plan that drifted half-way and the one that replaced it are
 * put back together, to what was found before the first.
 */
export function asOneTry(tries: readonly (readonly DoneStep[])[]): readonly DoneStep[] {
  const steps = new Map<string, DoneStep>()
  for (const step of tries.flat()) {
    const key = `${step.action} ${targetKey(step.target)}`
    const earlier = steps.get(key)
    steps.set(key, { ...step, calls: earlier === undefined ? step.calls : netCalls(earlier.calls, step.calls) })
  }
  return [...steps.values()]
}

/** Where somebody else changed a field between the two, what the later one found is what counts. */
function netCalls(earlier: readonly DeclaredCall[], later: readonly DeclaredCall[]): readonly DeclaredCall[] {
  const fields = new Set(later.map(({ change }) => change.field))
  const untouched = earlier.filter(({ change }) => !fields.has(change.field))
  return [...untouched, ...later.map((call) => sinceTheFirst(call, earlier))]
}

function sinceTheFirst(call: DeclaredCall, earlier: readonly DeclaredCall[]): DeclaredCall {
  const found = JSON.stringify(call.change.before)
  const first = earlier.find(
    ({ change: { field, after } }) => field === call.change.field && JSON.stringify(after) === found,
  )
  return first === undefined ? call : { ...call, change: { ...call.change, before: first.change.before } }
}
