import type { Material } from '#domain/records'
import { factsOf } from '#domain/triage/match-context'
import { contextInForce } from './contexts.ts'
import type { Database, Tx } from './database.ts'
import { distinctFindings, MOST_FINDINGS } from './distinct-findings.ts'

/** The incident’s findings with what the context in force says of each: of those that say different things the gravest `most`. */
export async function materialOf(db: Database | Tx, incident: string, most = MOST_FINDINGS): Promise<Material> {
  const inForce = await contextInForce(db)
  const { findings, beyond } = await distinctFindings(db, incident, most)
  const cases = findings.map(({ finding, environment }) => ({
    finding,
    context: factsOf(inForce.context, finding, environment),
  }))
  return { context: inForce.digest, cases, beyond }
}
