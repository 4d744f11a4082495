import { sql } from 'kysely'
import type { Administrators } from '#domain/sender'
import type { FindingSource } from '#domain/source'
import type { Database } from '#store/database/database'

const now = sql<Date>`clock_timestamp()`

/** A place that Cordon pulls from, and how long it may be silent. */
export interface WatchedSource extends FindingSource {
  readonly silentAfterMs: number
}

/** Makes these the sources that are waited for: each is known from now on, and nobody waits for those that are pulled from no more. */
export const watchSources = (db: Database, all: readonly WatchedSource[]): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const names = all.map(({ name }) => name)
    await tx
      .updateTable('source')
      .set({ silent_after_ms: null })
      .where('kind', '<>', 'push')
      .where(sql<boolean>`name <> all (${names}::text[])`)
      .execute()
    for (const { silentAfterMs, ...source } of all)
      await tx
        .insertInto('source')
        .values({ ...source, silent_after_ms: silentAfterMs })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ silent_after_ms: silentAfterMs }))
        .execute()
  })

export interface Heard {
  /** Whether findings came. */
  readonly hasFindings: boolean
  /** What it says of itself that people should know, such as that nothing detects there. */
  readonly problem?: string
}

/** A look at the source succeeded, or something came from it. */
export async function noteHeard(db: Database, source: FindingSource, heard: Heard): Promise<void> {
  const problem = heard.problem ?? null
  const news = { heard_at: now, problem, ...(heard.hasFindings ? { finding_at: now } : {}) }
  await db
    .insertInto('source')
    .values({ ...source, ...news })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(news))
    .execute()
}

/** A look at the source failed: nothing was heard of it. */
export const noteFailure = async (db: Database, { name }: FindingSource, problem: string): Promise<void> =>
  void (await db.updateTable('source').set({ problem }).where('name', '=', name).execute())

/** Up to when everything that changed at the source is taken in; null before its first look. */
export async function watermarkOf(db: Database, { name }: FindingSource): Promise<Date | null> {
  const row = await db.selectFrom('source').select('watermark').where('name', '=', name).executeTakeFirst()
  return row?.watermark ?? null
}

/** Never back: two looks may end in another order than they began. */
export const moveWatermark = async (db: Database, { name }: FindingSource, to: Date): Promise<void> =>
  void (await db
    .updateTable('source')
    .set({ watermark: sql<Date>`greatest(watermark, ${to}::timestamptz)` })
    .where('name', '=', name)
    .execute())

export interface SourceState {
  readonly name: string
  readonly kind: string
  readonly account: string | null
  readonly region: string | null
  readonly state: 'heard' | 'silent' | 'unheard'
  readonly heardAt: string | null
  readonly findingAt: string | null
  /** Of the last word and of the last finding, in seconds, by the database’s clock. */
  readonly heardAgo: number | null
  readonly findingAgo: number | null
  readonly silentAfterMs: number | null
  readonly problem: string | null
}

const ago = (column: string) => sql<number | null>`extract(epoch from clock_timestamp() - ${sql.ref(column)})::float8`

/** Every source with the age of its last word; those that nobody waits for any more are left out. */
export async function listSources(db: Database): Promise<readonly SourceState[]> {
  const rows = await db
    .selectFrom('source')
    .selectAll()
    .select([ago('heard_at').as('heard_ago'), ago('finding_at').as('finding_ago')])
    .where((where) => where.or([where('kind', '=', 'push'), where('silent_after_ms', 'is not', null)]))
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    name: row.name,
    kind: row.kind,
    account: row.account,
    region: row.region,
    state: row.silent_since !== null ? 'silent' : row.heard_at === null ? 'unheard' : 'heard',
    heardAt: row.heard_at?.toISOString() ?? null,
    findingAt: row.finding_at?.toISOString() ?? null,
    heardAgo: row.heard_ago,
    findingAgo: row.finding_ago,
    silentAfterMs: row.silent_after_ms,
    problem: row.problem,
  }))
}

/** Whose findings which account may hand in. */
export async function administratorsOf(db: Database): Promise<Administrators> {
  const rows = await db.selectFrom('account').select(['id', 'administrator']).execute()
  return new Map(rows.flatMap(({ id, administrator }) => (administrator === null ? [] : [[id, administrator]])))
}
