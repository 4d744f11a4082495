import type { Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { policyInForce } from '#store/policy/policies'

/** What an episode that begins now is frozen to: the build activated last and the policy in force. Throws `unavailable` before there are any. */
export async function episodeTerms(tx: Tx): Promise<{ readonly build: string; readonly policy: string }> {
  const build = await tx
    .selectFrom('build')
    .select('id')
    .where('activated_at', 'is not', null)
    .orderBy('activated_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (build === undefined) throw refusal('unavailable', 'No build is active yet: activate one, then send again')
  const policy = await policyInForce(tx)
  if (policy === undefined) throw refusal('unavailable', 'No policy is in force yet: apply one, then send again')
  return { build: build.id, policy }
}
