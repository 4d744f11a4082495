import type { Plan } from '#domain/plan'
import { asksPasskey, type Environment, type Policy, tiers } from '#domain/policy'
import type { Database, Tx } from '#store/database/database'

/** Whether the policy that is frozen for the plan’s incident wants a passkey with each vote on it. The gate decides it again by itself. */
export async function isPasskeyAsked(db: Database | Tx, { incident, tier, steps }: Plan): Promise<boolean> {
  const row = await db
    .selectFrom('incident')
    .innerJoin('policy', 'policy.digest', 'incident.policy_digest')
    .select(['policy.body', 'incident.account'])
    .where('incident.id', '=', incident)
    .executeTakeFirst()
  if (row === undefined) return false
  // A release of changes that stay has no steps.
  const accounts = [...new Set(steps.length === 0 ? [row.account] : steps.map(({ target }) => target.account))]
  const known = await db.selectFrom('account').select(['id', 'environment']).where('id', 'in', accounts).execute()
  // An account that is not registered counts as production; the column’s check constraint has the two environments.
  const environments = accounts.map(
    (id) => (known.find((one) => one.id === id)?.environment ?? 'production') as Environment,
  )
  const tierOfPlan = tiers.find((one) => one === tier) ?? 'R3'
  return asksPasskey(tierOfPlan, environments, row.body as unknown as Policy)
}
