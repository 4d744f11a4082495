import { sql } from 'kysely'
import type { Database } from '#store/database/database'

/** AWS’s names. Source: AWS Security Incident Response, GetFindingMetrics. */
export const findingCounters = [
  'findingsIngestedGuardDuty',
  'findingsIngestedSecurityHub',
  'findingsTriaged',
  'findingsTriagedFalsePositive',
  'findingsInvestigated',
  'findingsInvestigatedFalsePositive',
  'findingsInvestigatedInProgress',
  'findingsEscalated',
  'findingsEscalatedFalsePositive',
  'findingsEscalatedInProgress',
  'findingsTruePositive',
] as const
export type FindingCounter = (typeof findingCounters)[number]

/** Days in UTC, as `2026-11-27`; both are included. */
export interface CountedDays {
  readonly startDate: string
  readonly endDate: string
}

/**
 * Findings, each once whatever its versions, that came first on one of the days, by what is true of their incident now: judged at all; for
 * people, because no rule answered it as benign; told to people; and false when rules or whoever closed it said so.
 */
export async function countFindings(db: Database, { startDate, endDate }: CountedDays): Promise<FindingCounts> {
  const { rows } = await sql<FindingCounts>`
    with counted as (
      select finding.source, verdict is not null as triaged, verdict = 'benign-expected' as benign,
             verdict <> 'benign-expected' as investigated,
             status <> 'closed' as open, coalesce(closure_code in ('false-positive', 'benign'), false) as cleared,
             status in ('contained', 'recovered') or coalesce(closure_code in ('resolved', 'accepted-risk'), false) as held,
             exists (select from page where page.incident = incident.id) as escalated
        from finding join incident on incident.id = finding.incident
       where finding.source <> 'cordon' and received_at >= ${startDate}::date::timestamp at time zone 'utc'
         and received_at < (${endDate}::date + 1)::timestamp at time zone 'utc')
    select ${count(sql`source = 'guardduty'`)} as "findingsIngestedGuardDuty",
           ${count(sql`source <> 'guardduty'`)} as "findingsIngestedSecurityHub",
           ${count(sql`triaged`)} as "findingsTriaged",
           ${count(sql`benign`)} as "findingsTriagedFalsePositive",
           ${count(sql`investigated`)} as "findingsInvestigated",
           ${count(sql`investigated and cleared`)} as "findingsInvestigatedFalsePositive",
           ${count(sql`investigated and open`)} as "findingsInvestigatedInProgress",
           ${count(sql`escalated`)} as "findingsEscalated",
           ${count(sql`escalated and cleared`)} as "findingsEscalatedFalsePositive",
           ${count(sql`escalated and open`)} as "findingsEscalatedInProgress",
           ${count(sql`investigated and held and not cleared`)} as "findingsTruePositive"
      from counted`.execute(db)
  const [counts] = rows
  if (counts === undefined) throw new TypeError('Counting without groups has one row')
  return counts
}

export type FindingCounts = Readonly<Record<FindingCounter, number>>

const count = (what: ReturnType<typeof sql>) => sql`(count(*) filter (where ${what}))::int`
