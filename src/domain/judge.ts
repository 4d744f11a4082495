import type { Json } from './json.ts'
import { type DeclaredCall, fill, placeholderOf, type State, type Values } from './state.ts'

/** What a step’s calls have already done, read from the target. */
export type Judgement =
  | { readonly kind: 'done' }
  | { readonly kind: 'outstanding'; readonly calls: readonly DeclaredCall[] }
  | { readonly kind: 'drifted'; readonly difference: string }

/** The part of a planned step that can be compared with a live target. */
export interface Comparable {
  readonly before: State
  readonly calls: readonly DeclaredCall[]
  /** A set-valued step: members that appear later are covered, as long as there are at most `ceiling` in all. */
  readonly members?: { readonly ceiling: number; readonly call: DeclaredCall } | undefined
}

/**
 * Judges each declared call alone: the field is still as before (outstanding), as after (done), or anything else (drift).
 * A guard field that no call writes must be as it was.
 */
export function judge(step: Comparable, live: State, values: Values): Judgement {
  const later = laterMembers(step, live)
  if (later.kind === 'drifted') return later
  const open = step.calls.filter((call) => !isDone(step, call, { live, values }))
  const changed = open.find((call) => !isUntouched(call, { live, values }))
  if (changed !== undefined)
    return drifted(changed.change.field, changed.change.before, read(live, changed.change.field))
  const strayed = unwritten(step).find((field) => !same(read(live, field), read(step.before, field)))
  if (strayed !== undefined) return drifted(strayed, read(step.before, strayed), read(live, strayed))
  const calls = [...later.calls, ...open]
  return calls.length === 0 ? { kind: 'done' } : { kind: 'outstanding', calls }
}

const read = (state: State, field: string): Json => state[field] ?? null

interface Seen {
  readonly live: State
  readonly values: Values
}

function isDone(step: Comparable, { change }: DeclaredCall, { live, values }: Seen): boolean {
  const now = read(live, change.field)
  // A member that somebody removed needs nothing more.
  return same(now, fill(change.after, values)) || (step.members !== undefined && now === null)
}

/** As before, or left in the value that it has for a moment on its way. */
function isUntouched({ change }: DeclaredCall, { live, values }: Seen): boolean {
  const now = read(live, change.field)
  return same(now, change.before) || (change.via !== undefined && same(now, fill(change.via, values)))
}

/** A target as it is judged after an attempt that ended without an answer, and what the placeholders turned out to be. */
export interface Resumed {
  readonly judgement: Judgement
  readonly values: Values
}

/**
 * Judges a step that an earlier attempt had begun. A placeholder that nobody recorded is read from the target: of the calls that
 * write it the last one is the witness, and what was begun under a name that no witness kept is outstanding again.
 */
export function judgeResumed(step: Comparable, live: State, values: Values): Resumed {
  const known = { ...witnessed(step, live, values), ...values }
  return { judgement: judge(step, withoutUnwitnessed(step, live, known), known), values: known }
}

/** The step’s calls whose effect the target shows, with every known placeholder filled in. */
export function effects(step: Comparable, live: State, values: Values): readonly DeclaredCall[] {
  const later = Object.keys(live).filter((field) => !writes(step, field))
  const { members } = step
  const joined = members === undefined ? [] : later.map((field) => callFor(members.call, field))
  const changed = joined.filter(({ change }) => !same(read(step.before, change.field), change.after))
  const filled = [...step.calls, ...changed].map((call) => withAfter(call, fill(call.change.after, values)))
  return filled.filter(({ change }) => same(read(live, change.field), change.after))
}

const withAfter = (call: DeclaredCall, after: Json): DeclaredCall => ({ ...call, change: { ...call.change, after } })

const callFor = (call: DeclaredCall, field: string): DeclaredCall => ({ ...call, change: { ...call.change, field } })

function witnessed({ calls }: Comparable, live: State, values: Values): Values {
  // Later calls overwrite earlier ones: the last that writes a placeholder is its witness, unless its field may be on its way still.
  const settled = calls.filter(({ change }) => change.via === undefined)
  const witnesses = new Map(settled.map((call) => [placeholderOf(call.change.after), call]))
  const found = [...witnesses].flatMap(([name, { change }]) => {
    const now = read(live, change.field)
    const isNew =
      name !== undefined && values[name] === undefined && typeof now === 'string' && !same(now, change.before)
    return isNew ? [[name, now] as const] : []
  })
  return Object.fromEntries(found)
}

function withoutUnwitnessed({ calls }: Comparable, live: State, values: Values): State {
  const unnamed = calls.filter((call) => {
    const name = placeholderOf(call.change.after)
    return name !== undefined && values[name] === undefined
  })
  return { ...live, ...Object.fromEntries(unnamed.map(({ change }) => [change.field, change.before])) }
}

/**
 * What a read-back shows that should not be so; empty when every call’s effect is there and no member was added.
 * What the step did not write is other people’s: it may have changed since.
 */
export function discrepancies(step: Comparable, live: State, values: Values): readonly string[] {
  const before = Object.fromEntries(Object.entries(step.before).filter(([field]) => writes(step, field)))
  const judgement = judge({ ...step, before }, live, values)
  switch (judgement.kind) {
    case 'done':
      return []
    case 'drifted':
      return [judgement.difference]
    case 'outstanding':
      return judgement.calls.map((call) => `${call.change.field} is ${show(read(live, call.change.field))} again`)
  }
}

function laterMembers(step: Comparable, live: State): { kind: 'covered'; calls: readonly DeclaredCall[] } | Drifted {
  const { members } = step
  if (members === undefined) return { kind: 'covered', calls: [] }
  const added = Object.keys(live).filter((field) => !Object.hasOwn(step.before, field))
  if (Object.keys(live).length > members.ceiling)
    return {
      kind: 'drifted',
      difference: `there are more members than the ${members.ceiling} that were approved: ${added.join(', ')}`,
    }
  // Also one that was there, needed nothing, and has changed since.
  const { change } = members.call
  const open = Object.keys(live).filter((field) => !writes(step, field) && same(read(live, field), change.before))
  return { kind: 'covered', calls: open.map((field) => callFor(members.call, field)) }
}

type Drifted = Extract<Judgement, { kind: 'drifted' }>

const drifted = (field: string, before: Json, now: Json): Drifted => ({
  kind: 'drifted',
  difference: `${field} was ${show(before)} when the plan was made and is now ${show(now)}`,
})

const writes = (step: Comparable, field: string): boolean => step.calls.some((call) => call.change.field === field)

const unwritten = (step: Comparable): readonly string[] =>
  step.members === undefined ? Object.keys(step.before).filter((field) => !writes(step, field)) : []

const show = (value: Json): string =>
  value === null ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value)

/** Equality of JSON values; the order of keys does not count. */
export function same(one: Json, other: Json): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(other).length || Array.isArray(one) !== Array.isArray(other)) return false
  return keys.every((key) => Object.hasOwn(other, key) && same(member(one, key), member(other, key)))
}

const member = (value: object, key: string): Json => (value as Readonly<Record<string, Json>>)[key] ?? null
