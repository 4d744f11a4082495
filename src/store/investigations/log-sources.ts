import type { LogKind } from '#domain/logs/log-place'
import type { Database, Tx } from '#store/database/database'

/** Says which of the organisation’s logs can be asked, in the place of what was said before. */
export async function sayLogSources(db: Database, kinds: readonly LogKind[]): Promise<void> {
  const known = await logSources(db)
  const gone = known.filter((kind) => !kinds.includes(kind))
  const more = kinds.filter((kind) => !known.includes(kind))
  if (gone.length > 0) await db.deleteFrom('log_source').where('kind', 'in', gone).execute()
  if (more.length === 0) return
  await db
    .insertInto('log_source')
    .values(more.map((kind) => ({ kind })))
    // Another api may say the same at this moment.
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Which of the organisation’s logs can be asked. */
export async function logSources(db: Database | Tx): Promise<readonly LogKind[]> {
  const rows = await db.selectFrom('log_source').select('kind').orderBy('kind').execute()
  return rows.map(({ kind }) => kind as LogKind)
}
