import type { Policy } from '#domain/policy'
import type { Database, Tx } from './database.ts'

/** The policy of the digest. */
export async function policyOf(db: Database | Tx, digest: string): Promise<Policy> {
  const { body } = await db.selectFrom('policy').select('body').where('digest', '=', digest).executeTakeFirstOrThrow()
  return body as unknown as Policy
}

/** The digest of the policy that new episodes freeze, or undefined before one was applied. */
export async function policyInForce(db: Database | Tx): Promise<string | undefined> {
  const row = await db.selectFrom('policy').select('digest').orderBy('version', 'desc').limit(1).executeTakeFirst()
  return row?.digest
}
