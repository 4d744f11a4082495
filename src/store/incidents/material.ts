import type { Material } from '#domain/records'
import { reputationFacts } from '#domain/reputation/matches'
import { withFacts } from '#domain/triage/facts'
import { factsOf } from '#domain/triage/match-context'
import type { Database, Tx } from '#store/database/database'
import { distinctFindings, MOST_FINDINGS } from '#store/findings/distinct-findings'
import { contextInForce } from '#store/triage/contexts'
import { matchesOf } from '#store/triage/reputation-matches'

/** The incident’s findings with what the context in force and the lists of bad reputation say of each: of those that say different things the gravest `most`. */
export async function materialOf(db: Database | Tx, incident: string, most = MOST_FINDINGS): Promise<Material> {
  const inForce = await contextInForce(db)
  const { findings, beyond } = await distinctFindings(db, incident, most)
  const matches = await matchesOf(
    db,
    findings.map(({ finding }) => finding),
  )
  const cases = findings.map(({ finding, environment }) => ({
    finding,
    context: withFacts(factsOf(inForce.context, finding, environment), reputationFacts(matches, finding)),
  }))
  return { context: inForce.digest, cases, beyond }
}
