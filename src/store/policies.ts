import type { Policy } from '#domain/policy'
import type { Database, Tx } from './database.ts'

/** The policy of the digest. */
export async function policyOf(db: Database | Tx, digest: string): Promise<Policy> {
  const { body } = await db.selectFrom('policy').select('body').where('digest', '=', digest).executeTakeFirstOrThrow()
  return body as unknown as Policy
}

/** The digest of the policy that new episodes freeze, or undefined before one was applied. */
export const policyInForce = async (db: Database | Tx): Promise<string | undefined> => (await newestVersion(db))?.policy

/** The version in force with its YAML, or undefined before one was applied. */
export const newestVersion = (db: Database | Tx) =>
  db.selectFrom('policy_version').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirst()

export interface PolicyVersion {
  readonly version: number
  readonly digest: string
  /** The change by which people brought it into force; null for the first one of an installation. */
  readonly change: string | null
  readonly at: string
}

/** Every policy that was in force, the newest first. */
export async function policyVersions(db: Database): Promise<readonly PolicyVersion[]> {
  const rows = await db
    .selectFrom('policy_version')
    .select(['version', 'policy as digest', 'change', 'at'])
    .orderBy('version', 'desc')
    .execute()
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
