import type { ChangeKind, ChangeStatement, Difference } from '#domain/change'
import type { Actor } from '#domain/events'
import type { JsonObject } from '#domain/json'
import type { Database, Tx } from '#store/database/database'
import { breakerChange } from '#store/plans/breakers'
import { contextChange } from '#store/triage/context-change'
import { policyChange } from './policy-change.ts'
import { standingChange } from './standing-approvals.ts'

/** What happens with a kind of change. */
export interface KindOfChange {
  /** Throws what is wrong with it, before it is proposed. */
  readonly require: (tx: Tx, body: JsonObject) => Promise<void>
  /** Does it, in the transaction of the vote that decided. Throws what has become wrong with it since: then it stays proposed. */
  readonly begin: (tx: Tx, statement: ChangeStatement, by: Actor) => Promise<void>
  /** Whether one person can end it when it is in force: to permit less needs nobody’s vote. */
  readonly isEndedByOne: boolean
  /** What it makes different, and what people should think of, for those who decide. */
  readonly review: (db: Database, body: JsonObject) => Promise<Review>
}

export interface Review {
  readonly differences: readonly Difference[]
  readonly concerns: readonly string[]
}

const kinds: Readonly<Record<ChangeKind, KindOfChange>> = {
  policy: policyChange,
  'standing-approval': standingChange,
  context: contextChange,
  breaker: breakerChange,
}

export const kindOf = (kind: ChangeKind): KindOfChange => kinds[kind]
