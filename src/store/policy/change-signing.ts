import { sql } from 'kysely'
import type { Database, Tx } from '#store/database/database'

const asks = (environment: 'production' | 'nonproduction') =>
  sql`jsonb_array_length(coalesce(policy.body #> ${sql.lit(`{passkeyFor,${environment}}`)}, '[]')) > 0`

/**
 * Whether approvals of changes of Cordon’s own rules must be signed by a passkey: as soon as any policy that was put in force, before the version
 * when one is named, asks for one anywhere, and for good. Whoever could put another policy between could else take the question away.
 */
export async function areChangesSigned(db: Database | Tx, before: number | null = null): Promise<boolean> {
  const { rows } = await sql<{ readonly is: boolean }>`
    select exists (select from policy_version join policy on policy.digest = policy_version.policy
                    where (${before}::int is null or policy_version.version < ${before})
                      and (${asks('production')} or ${asks('nonproduction')})) as is`.execute(db)
  return rows[0]?.is ?? true
}
