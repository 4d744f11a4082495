import type { ContextEntry, ContextKind } from './context.ts'

/** The kinds of entries by which a rule answers a finding as benign, so that nobody is asked. */
export const quietingKinds: readonly ContextKind[] = ['expected', 'scanner']

/** An entry that quiets; the schema of the context gives each an owner, a reason and an end. */
export type Suppression = ContextEntry & { readonly from: string; readonly until: string }

export const isSuppression = (entry: ContextEntry): entry is Suppression =>
  quietingKinds.includes(entry.kind) && entry.from !== undefined && entry.until !== undefined

export type SuppressionState = 'pending' | 'in-force' | 'expired'

/** Where the entry stands at that moment, by when its owner looks at it again, and why that is now; null while it is not. */
export interface SuppressionReview {
  readonly state: SuppressionState
  readonly reviewBy: string
  readonly review: string | null
}

const DAY_MS = 86_400_000
/** Before its end, so that a new one can be approved in time. */
const REVIEW_DAYS = 14
/** What hid nothing for so long is not needed any more. Source: GuardDuty keeps a finding for 90 days. */
export const UNUSED_DAYS = 90

/** By what the entry hid in the last `UNUSED_DAYS`, at that moment (ISO 8601). */
export function reviewOf(
  { from, until }: Pick<Suppression, 'from' | 'until'>,
  { hidden, now }: { readonly hidden: number; readonly now: string },
): SuppressionReview {
  const [begins, ends, at] = [Date.parse(from), Date.parse(until), Date.parse(now)]
  const reviewAt = Math.max(begins, ends - REVIEW_DAYS * DAY_MS)
  const reviewBy = new Date(reviewAt).toISOString()
  if (at < begins) return { state: 'pending', reviewBy, review: null }
  if (at >= ends)
    return { state: 'expired', reviewBy, review: 'it has expired: what is newer is answered like anything else' }
  const isUnused = hidden === 0 && at - begins >= UNUSED_DAYS * DAY_MS
  const review =
    at >= reviewAt ? `it expires within ${REVIEW_DAYS} days` : isUnused ? `it hid nothing in ${UNUSED_DAYS} days` : null
  return { state: 'in-force', reviewBy, review }
}
