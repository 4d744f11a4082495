import { sql } from 'kysely'
import type { PlannedStep, StepOutcome } from '#domain/plan'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'

interface Place {
  readonly account: string
  readonly region: string
}

/** Keeps which findings a step put into the archive of their producer, or forgets what it took out again. */
export async function keepArchived(
  tx: Tx,
  { plan, step, outcome }: { readonly plan: string; readonly step: PlannedStep; readonly outcome: StepOutcome },
): Promise<void> {
  const { target, action, direction } = step
  if (outcome.kind !== 'applied' || action !== 'archiveFindings' || target.kind !== 'guardduty-findings') return
  const { account, region, findingIds } = target
  if (direction === 'revert') {
    await tx
      .deleteFrom('archived_finding')
      .where('account', '=', account)
      .where('region', '=', region)
      .where('finding_id', 'in', [...findingIds])
      .execute()
    return
  }
  await tx
    .insertInto('archived_finding')
    .values(findingIds.map((finding_id) => ({ account, region, finding_id, plan })))
    .onConflict((conflict) =>
      conflict.columns(['account', 'region', 'finding_id']).doUpdateSet({
        plan,
        at: sql<Date>`clock_timestamp()`,
        unarchived_at: null,
      }),
    )
    .execute()
}

/** What Cordon archived in the detectors of the place and nobody took out since, as far as is known; the longest ago last. */
export async function archivedIn(db: Database, { account, region }: Place): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('archived_finding')
    .select('finding_id')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('unarchived_at', 'is', null)
    .orderBy('at', 'desc')
    .limit(MOST_AT_ONCE)
    .execute()
  return rows.map(({ finding_id }) => finding_id)
}

/** GuardDuty keeps a finding for 90 days: what is beyond is looked at when these have gone. */
const MOST_AT_ONCE = 1000

/** Writes down, once for each, that somebody took findings out of the archive. Nothing is archived again because of it. */
export async function noteUnarchived(tx: Tx, { account, region }: Place, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const noticed = await tx
    .updateTable('archived_finding')
    .set({ unarchived_at: sql<Date>`clock_timestamp()` })
    .where('account', '=', account)
    .where('region', '=', region)
    .where('finding_id', 'in', [...ids])
    .where('unarchived_at', 'is', null)
    .returning(['finding_id', 'plan'])
    .execute()
  for (const { finding_id, plan } of noticed.toSorted((one, other) => (one.finding_id < other.finding_id ? -1 : 1))) {
    const found = await tx
      .selectFrom('finding')
      .select(['key', 'incident'])
      .where('finding_id', '=', finding_id)
      .where('region', '=', region)
      .executeTakeFirst()
    if (found === undefined) continue
    await record(tx, {
      stream: found.incident,
      type: 'finding.unarchived',
      actor: { kind: 'detector', id: 'guardduty' },
      text: `Somebody took finding ${finding_id} out of the archive at GuardDuty. Cordon leaves it there`,
      refs: { finding: finding_id, key: found.key, plan },
    })
  }
}
