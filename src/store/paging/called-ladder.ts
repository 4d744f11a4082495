import { ladderFor } from '#domain/ladder'
import { placeOf } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import type { Database, Tx } from '#store/database/database'
import { accountFacts } from '#store/plans/gate-facts'
import { policyOf } from '#store/policy/policies'

interface Incident {
  readonly account: string
  readonly severity_milli: number
  readonly policy_digest: string
  readonly opened_at: Date
}

/** The ladder of the incident: by where it is, how grave it is now, and when it was opened. */
export async function ladderOfIncident(db: Database | Tx, incident: Incident): Promise<Policy['ladder']> {
  const policy = await policyOf(db, incident.policy_digest)
  const place = placeOf(incident.account, await accountFacts(db, incident.account))
  const at = incident.opened_at.toISOString()
  return ladderFor(policy, { ...place, severity: incident.severity_milli / 1000, at }).value
}
