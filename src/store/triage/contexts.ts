import { type Context } from '#domain/context'
import type { Database, Tx } from '#store/database/database'

/** The context in force; one that says nothing before there was any. */
export interface ContextInForce {
  readonly digest: string | null
  readonly context: Context
}

export async function contextInForce(db: Database | Tx): Promise<ContextInForce> {
  const newest = await newestContext(db)
  if (newest === undefined) return { digest: null, context: { entries: [] } }
  return { digest: newest.digest, context: newest.body as unknown as Context }
}

/** The newest version with its YAML, or undefined before there was one. */
export const newestContext = (db: Database | Tx) =>
  db.selectFrom('context_version').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirst()

export interface EntryUse {
  readonly entry: string
  /** How many findings it said something of. */
  readonly findings: number
  readonly lastAt: string
}

/** How often each entry said something; one that is not here never did. */
export async function contextUses(db: Database): Promise<readonly EntryUse[]> {
  const rows = await db
    .selectFrom('context_use')
    .select((of) => ['entry', of.fn.countAll<number>().as('findings'), of.fn.max('at').as('lastAt')] as const)
    .groupBy('entry')
    .orderBy('entry')
    .execute()
  return rows.map(({ entry, findings, lastAt }) => ({
    entry,
    findings: Number(findings),
    lastAt: lastAt.toISOString(),
  }))
}
