import { shortHash } from '#domain/ids'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'

/** Who carried the plan out alone and who looked at it; null when nobody did. */
export async function glassOn(db: Database, plan: string) {
  const glass = await db.selectFrom('break_glass').selectAll().where('plan', '=', plan).executeTakeFirst()
  if (glass === undefined) return null
  const { person, reason, at, review_by, reviewed_by, reviewed_at, review } = glass
  return {
    person,
    reason,
    at: at.toISOString(),
    reviewBy: review_by.toISOString(),
    reviewedBy: reviewed_by,
    reviewedAt: reviewed_at?.toISOString() ?? null,
    review,
  }
}

/** Throws `conflict` while something that was done alone in the incident waits for its review. */
export async function requireReviews(tx: Tx, incident: string): Promise<void> {
  const open = await tx
    .selectFrom('break_glass')
    .select('plan')
    .where('incident', '=', incident)
    .where('reviewed_at', 'is', null)
    .executeTakeFirst()
  if (open !== undefined)
    throw refusal('conflict', `Plan ${shortHash(open.plan)} was carried out by one person alone: review it first`)
}
