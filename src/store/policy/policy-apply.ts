import { digestOf } from '#audit/digest'
import type { Actor } from '#domain/events'
import { shortHash } from '#domain/ids'
import type { Json } from '#domain/json'
import { firstPasskeys, type Policy } from '#domain/policy'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { newestVersion, policyOf } from './policies.ts'
import { type PolicyProblem, readPolicyFile } from './policy-file.ts'

export type AppliedPolicy =
  | { readonly kind: 'applied'; readonly digest: string; readonly policy: Policy }
  | { readonly kind: 'problems'; readonly problems: readonly PolicyProblem[] }

export const policyDigest = (policy: Policy): string => digestOf('policy', policy as unknown as Json)

/** Who brings a policy into force, and by which change of theirs. */
export interface Application {
  readonly actor: Actor
  readonly change?: string
  /** Where votes need a passkey when neither the file nor an earlier policy says it. */
  readonly first?: NonNullable<Policy['passkeyFor']>
}

export const setup: Application = { actor: { kind: 'cordon', id: 'setup' } }

/** Makes the policy the one that new episodes freeze; episodes that run keep theirs. Fails as a whole, with every problem. */
export async function applyPolicy(tx: Tx, source: string, by: Application = setup): Promise<AppliedPolicy> {
  const read = readPolicyFile(source)
  if (read.kind === 'problems') return read
  const policy = await completed(tx, read.policy, by.first)
  const digest = policyDigest(policy)
  await tx
    .insertInto('policy')
    .values({ digest, body: JSON.stringify(policy), source })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute()
  const current = await newestVersion(tx)
  // The same rules in other words are a version too: the lines that explain them are others.
  if (current?.policy !== digest || current.source !== source) await beginVersion(tx, { policy: digest, source }, by)
  return { kind: 'applied', digest, policy }
}

/** The policy of a file, with what never changes by silence: one that does not say where votes need a passkey leaves that as it is. */
export async function completed(
  db: Database | Tx,
  policy: Policy,
  first: NonNullable<Policy['passkeyFor']> = firstPasskeys,
): Promise<Policy> {
  const current = await newestVersion(db)
  const before = current === undefined ? undefined : (await policyOf(db, current.policy)).passkeyFor
  return { passkeyFor: before ?? first, ...policy }
}

interface Version {
  readonly policy: string
  readonly source: string
}

async function beginVersion(tx: Tx, { policy, source }: Version, { actor, change }: Application): Promise<void> {
  await tx
    .insertInto('policy_version')
    .values({ policy, source, change: change ?? null })
    .execute()
  await record(tx, {
    stream: 'system',
    type: 'policy.applied',
    actor,
    text: `Policy ${shortHash(policy)} is in force for new episodes`,
    refs: { policy, ...(change === undefined ? {} : { change }) },
  })
}
