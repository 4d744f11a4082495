import type { Json } from './json.ts'
import { type DeclaredCall, fill, type State, type Values } from './state.ts'

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
  const outstanding: DeclaredCall[] = [...later.calls]
  for (const call of step.calls) {
    const now = live[call.change.field] ?? null
    if (same(now, fill(call.change.after, values)) || isGoneMember(step, now)) continue
    if (!same(now, call.change.before)) return drifted(call.change.field, call.change.before, now)
    outstanding.push(call)
  }
  const strayed = unwritten(step).find((field) => !same(live[field] ?? null, step.before[field] ?? null))
  if (strayed !== undefined) return drifted(strayed, step.before[strayed] ?? null, live[strayed] ?? null)
  return outstanding.length === 0 ? { kind: 'done' } : { kind: 'outstanding', calls: outstanding }
}

/** What a read-back shows that should not be so; empty when every call’s effect is there and nothing was added. */
export function discrepancies(step: Comparable, live: State, values: Values): readonly string[] {
  const judgement = judge(step, live, values)
  switch (judgement.kind) {
    case 'done':
      return []
    case 'drifted':
      return [judgement.difference]
    case 'outstanding':
      return judgement.calls.map((call) => `${call.change.field} is ${show(live[call.change.field] ?? null)} again`)
  }
}

function laterMembers(step: Comparable, live: State): { kind: 'covered'; calls: readonly DeclaredCall[] } | Drifted {
  const { members } = step
  const added = Object.keys(live).filter((field) => !Object.hasOwn(step.before, field) && !writes(step, field))
  if (members === undefined) return { kind: 'covered', calls: [] }
  if (Object.keys(live).length > members.ceiling)
    return { kind: 'drifted', difference: `there are more members than the ${members.ceiling} that were approved: ${added.join(', ')}` }
  const unlike = added.filter((field) => !same(live[field] ?? null, members.call.change.after))
  return { kind: 'covered', calls: unlike.map((field) => ({ ...members.call, change: { ...members.call.change, field } })) }
}

type Drifted = Extract<Judgement, { kind: 'drifted' }>

const drifted = (field: string, before: Json, now: Json): Drifted => ({
  kind: 'drifted',
  difference: `${field} was ${show(before)} when the plan was made and is now ${show(now)}`,
})

const writes = (step: Comparable, field: string): boolean => step.calls.some((call) => call.change.field === field)

// A member that somebody removed needs nothing more.
const isGoneMember = (step: Comparable, now: Json): boolean => step.members !== undefined && now === null

const unwritten = (step: Comparable): readonly string[] =>
  step.members === undefined ? Object.keys(step.before).filter((field) => !writes(step, field)) : []

const show = (value: Json): string => (value === null ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value))

/** Equality of JSON values; the order of keys does not count. */
export function same(one: Json, other: Json): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(other).length || Array.isArray(one) !== Array.isArray(other)) return false
  return keys.every((key) => Object.hasOwn(other, key) && same(member(one, key), member(other, key)))
}

const member = (value: object, key: string): Json => (value as Readonly<Record<string, Json>>)[key] ?? null
