import type { Tx } from '#store/database/database'
import type { WitnessedVote } from '#store/votes/witnessed-vote'
import { areChangesSigned } from './change-signing.ts'
import type { ChangeRow } from './change-statement.ts'
import { witnessedChangeVotes } from './change-votes.ts'

/** A change by which a policy is said to have come into force: nothing of it is believed before its digest and votes were looked at. */
export interface PolicyChange {
  readonly row: ChangeRow
  readonly votes: readonly WitnessedVote[]
  /** Whether approvals of it must be signed. */
  readonly isSigned: boolean
}

/** By what a policy is in force: as the first one of the installation, which only its owner can write, or by changes. */
export interface PolicyAuthority {
  readonly isFirst: boolean
  readonly changes: readonly PolicyChange[]
}

export const noAuthority: PolicyAuthority = { isFirst: false, changes: [] }

/** Everything by which the policy may be in force; the gate judges it. */
export async function policyAuthority(tx: Tx, digest: string): Promise<PolicyAuthority> {
  const versions = await tx
    .selectFrom('policy_version')
    .select(['version', 'policy', 'change'])
    .orderBy('version')
    .execute()
  if (versions[0]?.policy === digest) return { isFirst: true, changes: [] }
  const changes: PolicyChange[] = []
  for (const { version, policy, change } of versions) {
    if (policy !== digest || change === null) continue
    const row = await tx.selectFrom('change').selectAll().where('id', '=', change).executeTakeFirst()
    if (row !== undefined)
      changes.push({
        row,
        votes: await witnessedChangeVotes(tx, row),
        isSigned: await areChangesSigned(tx, version),
      })
  }
  return { isFirst: false, changes }
}
