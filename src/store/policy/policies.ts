import { type Difference, differences } from '#domain/change'
import type { Json } from '#domain/json'
import type { Policy } from '#domain/policy'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'

const MOST_KNOWN = 32
/** A digest names one body for ever, so that who read it need not ask again. The oldest goes first. */
const known = new Map<string, Policy>()

/** The policy of the digest. */
export async function policyOf(db: Database | Tx, digest: string): Promise<Policy> {
  const found = known.get(digest)
  if (found !== undefined) return found
  const { body } = await db.selectFrom('policy').select('body').where('digest', '=', digest).executeTakeFirstOrThrow()
  const policy = body as unknown as Policy
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= MOST_KNOWN) known.delete(oldest)
  known.set(digest, policy)
  return policy
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

export interface PolicyVersionDetail extends PolicyVersion {
  /** Its YAML. */
  readonly source: string
  /** What it made different from the version before; nothing of the first one. */
  readonly differences: readonly Difference[]
}

/** One policy that was in force, and what it made different. Throws `not_found`. */
export async function policyVersion(db: Database, version: number): Promise<PolicyVersionDetail> {
  const rows = await db
    .selectFrom('policy_version')
    .innerJoin('policy', 'policy.digest', 'policy_version.policy')
    .select(['policy_version.version', 'policy.digest', 'change', 'at', 'policy_version.source', 'policy.body'])
    .where('policy_version.version', '<=', version)
    .orderBy('policy_version.version', 'desc')
    .limit(2)
    .execute()
  const [row, before] = rows
  if (row === undefined || row.version !== version) throw refusal('not_found', `No policy has the version ${version}`)
  const { digest, change, at, source, body } = row
  const changed = before === undefined ? [] : differences(before.body as Json, body as Json)
  return { version, digest, change, at: at.toISOString(), source, differences: changed }
}
