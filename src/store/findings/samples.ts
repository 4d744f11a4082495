import { sql } from 'kysely'
import type { Database, Tx } from '#store/database/database'

/** Whether the incident has findings, and every one of them is a sample of its detector. */
export async function isSampleIncident(db: Database | Tx, incident: string): Promise<boolean> {
  const { rows } = await sql<{ sample: boolean | null }>`
    select bool_and(coalesce((body ->> 'isSample')::boolean, false)) as sample from finding where incident = ${incident}`.execute(
    db,
  )
  return rows[0]?.sample === true
}

/** The same, but for a drill’s: there people practise on purpose. What only names things may name somebody’s, so no plan is made about it. */
export async function isOnlySample(db: Database | Tx, incident: string): Promise<boolean> {
  if (!(await isSampleIncident(db, incident))) return false
  const { rows } = await sql`
    select from finding join drill on finding.finding_id = any (drill.finding_ids)
     where finding.incident = ${incident} limit 1`.execute(db)
  return rows.length === 0
}
