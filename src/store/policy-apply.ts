import { digestOf } from '#audit/digest'
import type { Json } from '#domain/json'
import { firstPasskeys, type Policy } from '#domain/policy'
import type { Tx } from './database.ts'
import { record } from './events.ts'
import { policyInForce, policyOf } from './policies.ts'
import { type PolicyProblem, readPolicyFile } from './policy-file.ts'

export type AppliedPolicy =
  | { readonly kind: 'applied'; readonly digest: string; readonly policy: Policy }
  | { readonly kind: 'problems'; readonly problems: readonly PolicyProblem[] }

/** Makes the policy the one that new episodes freeze; episodes that run keep theirs. Fails as a whole, with every problem. */
export async function applyPolicy(
  tx: Tx,
  source: string,
  first: Policy['passkeyFor'] = firstPasskeys,
): Promise<AppliedPolicy> {
  const read = readPolicyFile(source)
  if (read.kind === 'problems') return read
  const policy = { passkeyFor: await passkeysInForce(tx, first), ...read.policy }
  const digest = digestOf('policy', policy as unknown as Json)
  const stored = await tx
    .insertInto('policy')
    .values({ digest, body: JSON.stringify(policy), source })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .returning('digest')
    .executeTakeFirst()
  if (stored !== undefined)
    await record(tx, {
      stream: 'system',
      type: 'policy.applied',
      actor: { kind: 'cordon', id: 'setup' },
      text: `Policy ${digest.slice(0, 12)} is in force for new episodes`,
      refs: { policy: digest },
    })
  return { kind: 'applied', digest, policy }
}

/** A file that does not say where votes need a passkey leaves that as it is: silence never takes a protection away. */
async function passkeysInForce(tx: Tx, first: Policy['passkeyFor']): Promise<NonNullable<Policy['passkeyFor']>> {
  const digest = await policyInForce(tx)
  const before = digest === undefined ? undefined : (await policyOf(tx, digest)).passkeyFor
  return before ?? first ?? firstPasskeys
}
