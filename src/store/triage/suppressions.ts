import { isSuppression, reviewOf, type SuppressionReview, UNUSED_DAYS } from '#domain/suppression'
import { clock } from '#store/database/clock'
import type { Database } from '#store/database/database'
import { type AccountingRow, accounting } from '#store/findings/accounting'
import { contextInForce } from './contexts.ts'

export interface SuppressionRow extends SuppressionReview {
  readonly id: string
  readonly kind: string
  readonly owner: string
  readonly reason: string
  readonly from: string
  readonly until: string
  /** Versions of findings that it hid in the last 90 days. */
  readonly hidden: number
  readonly lastDay: string | null
  readonly days: readonly { readonly day: string; readonly hidden: number }[]
}

const DAY_MS = 86_400_000

/** Each entry of the context in force that quiets, with what it hid; those that somebody has to look at come first. */
export async function listSuppressions(db: Database): Promise<readonly SuppressionRow[]> {
  const now = await clock(db)
  const since = new Date(Date.parse(now) - UNUSED_DAYS * DAY_MS).toISOString()
  const [{ context }, rows] = await Promise.all([contextInForce(db), accounting(db, { since })])
  const listed = context.entries.filter(isSuppression).map(({ id, kind, owner, reason, from, until }) => {
    const days = daysOf(rows, id)
    const hidden = days.reduce((all, day) => all + day.hidden, 0)
    const review = reviewOf({ from, until }, { hidden, now })
    return { id, kind, owner, reason, from, until, ...review, hidden, lastDay: days[0]?.day ?? null, days }
  })
  return listed.toSorted((one, other) => Number(one.review === null) - Number(other.review === null))
}

/** The latest first, as the accounting gives them. */
function daysOf(rows: readonly AccountingRow[], entry: string): SuppressionRow['days'] {
  const days = new Map<string, number>()
  for (const { day, suppressedBy } of rows)
    for (const { count } of suppressedBy.filter((one) => one.entry === entry))
      days.set(day, (days.get(day) ?? 0) + count)
  return [...days].map(([day, hidden]) => ({ day, hidden }))
}
