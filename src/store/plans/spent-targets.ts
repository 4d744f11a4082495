import { type RawBuilder, sql } from 'kysely'
import type { Policy } from '#domain/policy'
import type { Tags } from '#domain/tags'
import type { Tx } from '#store/database/database'

/** What is counted for a step’s budgets. */
export interface Counted {
  readonly account: string
  readonly targetKey: string
  /** The Auto Scaling group of the target, as far as the plan shows it. */
  readonly scalingGroup: string | null
  /** Of the target, as far as the plan shows them. */
  readonly tags: Tags
}

/** What was changed already, by the gate’s own permits. */
export interface SpentTargets {
  /** Other targets of the account by when they last got a permit, newest first. */
  readonly otherTargets: readonly string[]
  /** The same of all accounts, and of the target’s Auto Scaling group. */
  readonly otherTargetsEverywhere: readonly string[]
  readonly otherTargetsOfGroup: readonly string[]
  /** The same of the targets of the account that share the value of the tag, by tag. */
  readonly otherTargetsOfTag: Readonly<Record<string, readonly string[]>>
}

type StoredPolicy = { readonly body: unknown } | null

/** Counts what budgets go by, in the transaction that decides. */
export const spentTargets = async (tx: Tx, wanted: Counted, policy: StoredPolicy): Promise<SpentTargets> => ({
  otherTargets: await otherTargets(tx, wanted, sql`account = ${wanted.account}`),
  otherTargetsEverywhere: isLimitedEverywhere(policy) ? await otherTargets(tx, wanted, sql`true`) : [],
  otherTargetsOfGroup: await otherTargets(tx, wanted, sql`scaling_group = ${wanted.scalingGroup}`),
  otherTargetsOfTag: await otherTargetsByTag(tx, wanted),
})

/** All permits there ever were are only read where somebody asked for that. */
const isLimitedEverywhere = (policy: StoredPolicy): boolean =>
  (policy?.body as Policy | undefined)?.budgets?.organisation !== undefined

/** Targets but this one by when they last got such a permit, newest first. */
export async function otherTargets(
  tx: Tx,
  { targetKey }: Pick<Counted, 'targetKey'>,
  where: RawBuilder<unknown>,
): Promise<readonly string[]> {
  const { rows } = await sql<{ at: Date }>`
    select max(opened_at) as at from permit
     where ${where} and target_key <> ${targetKey}
     group by target_key order by 1 desc`.execute(tx)
  return rows.map(({ at }) => at.toISOString())
}

/** Within the account: whoever sets tags in another one holds nothing up in this. */
async function otherTargetsByTag(tx: Tx, wanted: Counted): Promise<SpentTargets['otherTargetsOfTag']> {
  const found: Record<string, readonly string[]> = {}
  for (const [tag, value] of Object.entries(wanted.tags))
    found[tag] = await otherTargets(tx, wanted, sql`account = ${wanted.account} and tags ->> ${tag} = ${value}`)
  return found
}
