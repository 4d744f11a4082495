import { sql } from 'kysely'
import type { Database } from '#store/database/database'
import { type Counted, isReal } from './response-times.ts'

/** What one detector says of one account. */
export interface NoiseRow {
  readonly source: string
  readonly type: string
  readonly account: string
  /** Versions of findings. */
  readonly received: number
  /** Of them, those that a rule, an entry of the context or a person found to be nothing. */
  readonly noise: number
  readonly incidents: number
  /** Pages that went out about what was nothing. */
  readonly pages: number
}

const SHOWN = 20

/** What brought most that was nothing comes first. */
export async function noiseSources(db: Database, counted: Counted): Promise<readonly NoiseRow[]> {
  const { rows } = await sql<NoiseRow>`
    with said as (
      select finding.source, finding.type, finding.account, count(*)::int as received,
             (count(*) filter (where ${isNothing}))::int as noise,
             count(distinct incident.id)::int as incidents,
             array_agg(distinct incident.id) filter (where ${isNothing}) as nothing
        from finding_version version join finding on finding.key = version.finding join incident on incident.id = finding.incident
       where version.received_at >= ${counted.since} and finding.source <> 'cordon' and ${isReal(sql`incident.id`, counted)}
       group by 1, 2, 3 order by noise desc, received desc, 1, 2, 3 limit ${SHOWN})
    select source, type, account, received, noise, incidents,
           (select count(*)::int from page where page.incident = any (nothing) and status <> 'held') as pages
      from said order by noise desc, received desc, 1, 2, 3`.execute(db)
  return rows
}

const isNothing = sql`(incident.verdict = 'benign-expected' or coalesce(incident.closure_code in ('benign', 'false-positive'), false))`
