import type { Origin } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'

const RUNBOOK = 'runbook/'

interface Proposed {
  readonly incident: string
  readonly proposer: string
}

/** Who proposed the plan, with the addresses of who changed its runbook last. */
export const originOf = async (db: Database | Tx, { incident, proposer }: Proposed): Promise<Origin> => ({
  proposer,
  authors: await runbookAuthors(db, { incident, proposer }),
})

/**
 * Addresses of who changed the runbook last, by the build that is frozen for the incident: which build a plan names is the worker’s word. None for
 * a person’s plan, and where the build does not say.
 */
export async function runbookAuthors(db: Database | Tx, { incident, proposer }: Proposed): Promise<readonly string[]> {
  if (!proposer.startsWith(RUNBOOK)) return []
  const row = await db
    .selectFrom('incident')
    .innerJoin('build', 'build.id', 'incident.build')
    .select('build.manifest')
    .where('incident.id', '=', incident)
    .executeTakeFirst()
  return authorsIn(row?.manifest, proposer)
}

/** The same from a build’s manifest: `authors` has the address for each runbook, which has the name of its file. */
export function authorsIn(manifest: unknown, proposer: string): readonly string[] {
  if (!proposer.startsWith(RUNBOOK)) return []
  const author = membersOf(membersOf(manifest)['authors'])[proposer.slice(RUNBOOK.length)]
  return typeof author === 'string' ? [author] : []
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
