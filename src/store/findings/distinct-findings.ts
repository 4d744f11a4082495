import { sql } from 'kysely'
import type { Finding } from '#domain/finding'
import type { Environment } from '#domain/policy'
import type { Database, Tx } from '#store/database/database'

/** What fits into one answer of the record, with room to spare: Temporal takes 2 MiB. */
export const MOST_FINDINGS = 200

const TO_THE_MINUTE = 'yyyy-mm-ddThh:mm'.length

export interface DistinctFinding {
  readonly finding: Finding
  /** Of its account; null when that is not registered. */
  readonly environment: Environment | null
}

export interface DistinctFindings {
  /** The gravest, in the order in which they came. */
  readonly findings: readonly DistinctFinding[]
  /** How many more there are that say something else. */
  readonly beyond: number
}

/**
 * The incident’s findings, of those that say the same in the same minute the first one: a storm repeats itself, and what rules and runbooks go by is
 * what it says.
 */
export async function distinctFindings(
  db: Database | Tx,
  incident: string,
  most = MOST_FINDINGS,
): Promise<DistinctFindings> {
  const { rows } = await sql<{ body: object; environment: string | null; all: number }>`
    with told as (
      select body, account, severity_milli, received_at, key, likeness, left(updated_at, ${TO_THE_MINUTE}::int) as minute
        from finding where incident = ${incident}),
    said as (select distinct on (likeness, minute) * from told order by likeness, minute, received_at, key),
    gravest as (
      select *, count(*) over ()::int as "all" from said order by severity_milli desc, received_at, key limit ${most})
    select body, environment, "all" from gravest left join account on account.id = gravest.account
     order by gravest.received_at, gravest.key`.execute(db)
  const findings = rows.map(({ body, environment }) => ({
    // Bodies are written by `receiveTogether` only, and the column’s check constraint has the environments.
    finding: body as unknown as Finding,
    environment: environment as Environment | null,
  }))
  return { findings, beyond: (rows[0]?.all ?? 0) - rows.length }
}
