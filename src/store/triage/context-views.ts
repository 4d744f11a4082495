import type { Finding } from '#domain/finding'
import { reputationFacts } from '#domain/reputation/matches'
import { withFacts } from '#domain/triage/facts'
import { factsOf } from '#domain/triage/match-context'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { contextInForce, contextUses, newestContext } from './contexts.ts'
import { matchesOf } from './reputation-matches.ts'

/** The context in force, each entry with how often it said something. Throws `not_found` before there was one. */
export async function contextView(db: Database) {
  const newest = await newestContext(db)
  if (newest === undefined)
    throw refusal('not_found', 'No context is in force yet: apply one with cordon context apply')
  const [{ context }, uses] = await Promise.all([contextInForce(db), contextUses(db)])
  const usesOf = (id: string) => uses.find(({ entry }) => entry === id)
  const { version, digest, at, change, source } = newest
  return {
    version,
    digest,
    at: at.toISOString(),
    change,
    source,
    entries: context.entries.map((entry) => ({
      ...entry,
      findings: usesOf(entry.id)?.findings ?? 0,
      lastAt: usesOf(entry.id)?.lastAt ?? null,
    })),
  }
}

/** What the context in force and the lists of bad reputation say of a finding, by its id or key. Throws `not_found`. */
export async function explainFinding(db: Database, id: string) {
  const row = await db
    .selectFrom('finding')
    .leftJoin('account', 'account.id', 'finding.account')
    .select(['finding.key', 'finding.incident', 'finding.type', 'finding.body', 'account.environment'])
    .where((where) => where.or([where('finding.finding_id', '=', id), where('finding.key', '=', id)]))
    .orderBy('finding.key')
    .executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no finding ${id}`)
  const { digest, context } = await contextInForce(db)
  // Bodies are written by `receiveTogether` only, and the column’s check constraint has the environments.
  const finding = row.body as unknown as Finding
  const said = factsOf(context, finding, row.environment as 'production' | 'nonproduction' | null)
  const facts = withFacts(said, reputationFacts(await matchesOf(db, [finding]), finding))
  return { finding: row.key, type: row.type, incident: row.incident, context: digest, ...facts }
}
