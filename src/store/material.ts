import type { Finding } from '#domain/finding'
import type { Material } from '#domain/records'
import { factsOf } from '#domain/triage/match-context'
import { contextInForce } from './contexts.ts'
import type { Database, Tx } from './database.ts'

/** What fits into one answer of the record; the gravest come first. */
const MOST_CASES = 500

/** The incident’s findings with what the context in force says of each, the gravest `most` of them. */
export async function materialOf(db: Database | Tx, incident: string, most = MOST_CASES): Promise<Material> {
  const inForce = await contextInForce(db)
  const rows = await db
    .selectFrom('finding')
    .leftJoin('account', 'account.id', 'finding.account')
    .select(['finding.body', 'account.environment'])
    .select((of) => of.fn.countAll<number>().over().as('all'))
    .where('finding.incident', '=', incident)
    .orderBy('finding.severity_milli', 'desc')
    .orderBy('finding.received_at')
    .orderBy('finding.key')
    .limit(most)
    .execute()
  return {
    context: inForce.digest,
    cases: rows.map(({ body, environment }) => {
      // Bodies are written by `receiveTogether` only, and the column’s check constraint has the environments.
      const finding = body as unknown as Finding
      return {
        finding,
        context: factsOf(inForce.context, finding, environment as 'production' | 'nonproduction' | null),
      }
    }),
    beyond: Number(rows[0]?.all ?? 0) - rows.length,
  }
}
