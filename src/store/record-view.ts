import { sql } from 'kysely'
import type { PlanStatus } from '#domain/plan'
import type { PlanView, RecordView } from '#domain/records'
import type { Database, Tx } from './database.ts'
import { settleStatus } from './incident-status.ts'
import { lockIncident } from './incident-verbs.ts'
import { handleWake } from './wake.ts'

/** Reads the record as the incident’s workflow follows it. What was asked to be read before this read is handled with it. Throws `not_found`. */
export const readRecord = (db: Database, incident: string): Promise<RecordView> =>
  db.transaction().execute(async (tx) => {
    const { episode, build, acknowledged_by } = await lockIncident(tx, incident)
    await handleWake(tx, incident)
    const status = await settleStatus(tx, incident)
    return {
      status,
      episode,
      build,
      isAcknowledged: acknowledged_by !== null,
      findings: await versionsOf(tx, incident),
      plans: await plansIn(tx, incident),
      requests: await openRequests(tx, incident),
    }
  })

async function versionsOf(tx: Tx, incident: string): Promise<number> {
  const { versions } = await tx
    .selectFrom('finding')
    .innerJoin('finding_version', 'finding_version.finding', 'finding.key')
    .select((of) => of.fn.countAll<number>().as('versions'))
    .where('finding.incident', '=', incident)
    .executeTakeFirstOrThrow()
  return versions
}

/** Of every episode: a request may still be about a plan of an earlier one. */
async function plansIn(tx: Tx, incident: string): Promise<RecordView['plans']> {
  const rows = await tx
    .selectFrom('plan')
    .select(['hash', 'status', 'status_reason', 'decide_by'])
    .where('incident', '=', incident)
    .orderBy('proposed_at')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.hash, viewOf(row)]))
}

interface Row {
  readonly status: string
  readonly status_reason: string | null
  readonly decide_by: Date
}

export const viewOf = ({ status, status_reason, decide_by }: Row): PlanView => ({
  // The column’s check constraint has the statuses.
  status: status as PlanStatus,
  reason: status_reason,
  decideBy: decide_by.toISOString(),
})

async function openRequests(tx: Tx, incident: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from plan_request r left join plan p on p.hash = r.plan
     where r.incident = ${incident} and r.refused is null
       and (p.hash is null or p.status in ('proposed', 'approved', 'executing') or p.status_reason like 'drifted%')
     order by r.at, r.id`.execute(tx)
  return rows.map(({ id }) => id)
}
