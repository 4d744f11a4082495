import { isSameJson, type Json, type JsonObject } from './json.ts'
import type { Policy } from './policy.ts'
import type { Quorum } from './votes.ts'

/** What of Cordon’s own rules people can change, by a decision of several of them. */
export const changeKinds = ['policy', 'standing-approval', 'context', 'breaker'] as const
export type ChangeKind = (typeof changeKinds)[number]

export const changeStatuses = ['proposed', 'in-force', 'denied', 'expired', 'withdrawn'] as const
export type ChangeStatus = (typeof changeStatuses)[number]

export const changeDecisions = ['approve', 'deny'] as const
export type ChangeDecision = (typeof changeDecisions)[number]

/** How long people have to decide about a change: nothing burns, and somebody may be away over a weekend. */
export const CHANGE_LIFE_MS = 3 * 86_400_000

/** What people decide about. Its digest is what votes name; nothing in it changes afterwards. */
export interface ChangeStatement {
  readonly id: string
  readonly kind: ChangeKind
  readonly title: string
  readonly body: JsonObject
  readonly proposer: string
}

export const statementAsJson = (statement: ChangeStatement): Json => ({ ...statement })

/** A change of Cordon’s own rules is wide: as many as R3 in production, never fewer than two people of two groups. */
export const changeQuorum = ({ quorum }: Policy): Quorum => ({
  required: Math.max(2, quorum.production.R3),
  groups: 2,
})

/** A place where two documents differ; undefined where one of them has nothing. */
export interface Difference {
  readonly path: string
  readonly before?: Json
  readonly after?: Json
}

/** Every place in which two documents differ, in the order of their keys. */
export function differences(before: Json | undefined, after: Json | undefined, path = ''): readonly Difference[] {
  const [one, other] = [membersOf(before), membersOf(after)]
  if (one !== null && other !== null)
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      differences(one[key], other[key], path === '' ? key : `${path}.${key}`),
    )
  if (isSameJson(before, after)) return []
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

/** The members of an object or a list, by key or place; null for anything else. */
const membersOf = (value: Json | undefined): Readonly<Record<string, Json>> | null =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, Json>>) : null
