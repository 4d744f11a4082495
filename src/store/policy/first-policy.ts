import { firstPasskeys, type Policy } from '#domain/policy'
import { connect, type Tx } from '#store/database/database'
import { policyInForce } from './policies.ts'
import { applyPolicy, setup } from './policy-apply.ts'

/** Gives an empty home its first policy; a home that has one keeps it. Throws with every problem of the source. */
export async function keepFirstPolicy(
  tx: Tx,
  source: string,
  first: NonNullable<Policy['passkeyFor']> = firstPasskeys,
): Promise<void> {
  if ((await policyInForce(tx)) !== undefined) return
  const applied = await applyPolicy(tx, source, { ...setup, first })
  if (applied.kind === 'problems')
    throw new Error(
      `The policy cannot be used:\n${applied.problems.map(({ line, message }) => `  line ${line}: ${message}`).join('\n')}`,
    )
}

/** The same for real accounts, which begin without people, accounts and sign-ins. */
export async function seedReal(ownerUrl: string, policySource: string): Promise<void> {
  const { db, close } = connect(ownerUrl, 1)
  try {
    await db.transaction().execute((tx) => keepFirstPolicy(tx, policySource))
  } finally {
    await close()
  }
}
