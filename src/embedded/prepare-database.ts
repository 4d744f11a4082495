import type { DatabaseConfig } from '#config'
import { migrate } from '#store/database/migrate'
import { seedReal } from '#store/policy/first-policy'
import { policySource } from './policy-source.ts'

/**
 * Brings a database that is there to this version, as its owner: schema, a role with its password and rights for every process, and
 * the first policy of real accounts. Idempotent. Throws when the policy cannot be used, with every problem.
 */
export async function prepareDatabase({ databaseUrl, passwords, policyFile }: DatabaseConfig): Promise<void> {
  const policy = policySource('real', policyFile)
  await migrate(databaseUrl, passwords)
  await seedReal(databaseUrl, policy)
}
