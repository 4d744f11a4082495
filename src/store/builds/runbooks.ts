import { sql } from 'kysely'
import type { RunbookRow } from '#domain/runbook-row'
import type { Database } from '#store/database/database'

export interface KnownRunbook extends RunbookRow {
  /** Who changed it last: the address that its repository knows, and the person with that address; null where nobody is known. */
  readonly author: { readonly email: string; readonly person: string | null } | null
  /** Incidents that it responded to, and when the last one was opened. */
  readonly incidents: number
  readonly lastAt: string | null
}

export interface ActiveRunbooks {
  /** The build that new episodes freeze; null before there is one. */
  readonly build: { readonly id: string; readonly activatedAt: string } | null
  /** In the order in which they are asked; the first that handles a finding’s type responds. */
  readonly runbooks: readonly KnownRunbook[]
}

/** The runbooks of the build that new episodes freeze, as its manifest says them. */
export async function activeRunbooks(db: Database): Promise<ActiveRunbooks> {
  const build = await db
    .selectFrom('build')
    .select(['id', 'activated_at', 'manifest'])
    .where('activated_at', 'is not', null)
    .orderBy('activated_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (build?.activated_at === undefined || build.activated_at === null) return { build: null, runbooks: [] }
  const { runbooks = [], authors = {} } = build.manifest as unknown as Manifest
  const [responses, people] = await Promise.all([responsesOf(db), peopleByEmail(db)])
  return {
    build: { id: build.id, activatedAt: build.activated_at.toISOString() },
    runbooks: runbooks.map((row) => {
      const email = authors[row.id]
      const { incidents = 0, last_at = null } = responses.get(row.id) ?? {}
      const author = email === undefined ? null : { email, person: people.get(email.toLowerCase()) ?? null }
      return { ...row, author, incidents, lastAt: last_at?.toISOString() ?? null }
    }),
  }
}

/** Builds of before it was asked say neither. */
interface Manifest {
  readonly runbooks?: readonly RunbookRow[]
  readonly authors?: Readonly<Record<string, string>>
}

interface Responses {
  readonly incidents: number
  readonly last_at: Date
}

async function responsesOf(db: Database): Promise<ReadonlyMap<string, Responses>> {
  const { rows } = await sql<Responses & { readonly runbook: string }>`
    select runbook, count(*)::int as incidents, max(opened_at) as last_at from incident where runbook is not null group by 1`.execute(
    db,
  )
  return new Map(rows.map(({ runbook, ...responses }) => [runbook, responses]))
}

/** As votes compare them: without regard to case. */
async function peopleByEmail(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('person').select(['name', 'email']).where('email', 'is not', null).execute()
  return new Map(rows.map(({ name, email }) => [String(email).toLowerCase(), name]))
}
