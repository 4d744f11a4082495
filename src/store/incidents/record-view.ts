import { sql } from 'kysely'
import type { PlanStatus } from '#domain/plan'
import type { PlanView, RecordView } from '#domain/records'
import type { Tx } from '#store/database/database'
import { settleStatus } from './incident-status.ts'
import { lockIncident } from './incident-verbs.ts'
import { handleWake } from './wake.ts'

/** Reads the record as the incident’s workflow follows it. What was asked to be read before this read is handled with it. Throws `not_found`. */
export async function readRecord(tx: Tx, incident: string): Promise<RecordView> {
  const { episode, build, acknowledged_by } = await lockIncident(tx, incident)
  await handleWake(tx, incident)
  const status = await settleStatus(tx, incident)
  return { status, episode, build, isAcknowledged: acknowledged_by !== null, ...(await workIn(tx, incident)) }
}

interface Work {
  readonly findings: number
  readonly verdicts: number
  readonly surroundings: number
  readonly plans: readonly (Omit<Row, 'decide_by'> & { readonly hash: string; readonly decide_by: string })[]
  readonly requests: readonly string[]
  readonly outstanding: readonly string[]
  readonly appeals: NonNullable<RecordView['appeals']>
}

/** Plans are of every episode: a request may still be about one of an earlier one. One question: it is asked at every wake. */
async function workIn(
  tx: Tx,
  incident: string,
): Promise<
  Pick<RecordView, 'findings' | 'verdicts' | 'surroundings' | 'plans' | 'requests' | 'outstanding' | 'appeals'>
> {
  const { rows } = await sql<Work>`
    select (select count(*)::int from finding f join finding_version v on v.finding = f.key
             where f.incident = ${incident}) as findings,
           (select count(*)::int from analyst_verdict where incident = ${incident} and overrides) as verdicts,
           (select coalesce(max(version), 0) from context_version)
             + (select coalesce(max(version), 0) + count(ended_at)::int from reputation_list) as surroundings,
           (select coalesce(json_agg(json_build_object('hash', hash, 'status', status, 'status_reason', status_reason,
                     'decide_by', decide_by) order by proposed_at), '[]')
              from plan where incident = ${incident}) as plans,
           (select coalesce(json_agg(r.id order by r.at, r.id), '[]')
              from plan_request r left join plan p on p.hash = r.plan
             where r.incident = ${incident} and r.refused is null and r.evidence is null
               and (p.hash is null or p.status in ('proposed', 'approved', 'executing')
                 or p.status_reason like 'drifted%')) as requests,
           (select coalesce(json_agg(id order by id), '[]')
              from page where incident = ${incident} and status = 'sending') as outstanding,
           (select coalesce(json_agg(json_build_object('id', id, 'kind', kind,
                     'text', 'Nobody has answered ' || asked_by || ' (' || kind || ', asked of ' || of_whom || '): ' || reason) order by at, id), '[]')
              from appeal where incident = ${incident} and status in ('open', 'unanswered')) as appeals`.execute(tx)
  const [work] = rows
  if (work === undefined) throw new TypeError('A select of subselects always gives a row')
  const plans = work.plans.map((plan) => [plan.hash, viewOf({ ...plan, decide_by: new Date(plan.decide_by) })])
  return { ...work, plans: Object.fromEntries(plans) }
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
