import { sql } from 'kysely'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { materialOf } from '#store/incidents/material'
import { exists, type Page } from '#store/incidents/views'

export interface CasesQuery {
  /** ISO 8601: incidents that were opened since then. */
  readonly since: string
  readonly limit: number
  /** The id of the last incident of the page before. */
  readonly cursor?: string
}

/** What rules would see today of incidents of the past, with the verdict that these have; oldest first. Throws `invalid_input`. */
export async function triageCases(db: Database, { since, limit, cursor }: CasesQuery): Promise<Page<CaseRow>> {
  if (cursor !== undefined && !(await exists(db, 'incident', cursor)))
    throw refusal('invalid_input', 'The cursor is none that a page gave')
  const rows = await db
    .selectFrom('incident')
    .select(['id', 'verdict', 'priority', 'opened_at'])
    .where('opened_at', '>=', new Date(since))
    .where('verdict', 'is not', null)
    .$if(cursor !== undefined, (query) =>
      // Compared where it is kept: a time of JavaScript has no microseconds.
      query.where(sql<boolean>`(opened_at, id) > (select opened_at, id from incident where id = ${cursor ?? ''})`),
    )
    .orderBy('opened_at')
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  const items = await Promise.all(shown.map((row) => caseRow(db, row)))
  return { items, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

interface Row {
  readonly id: string
  readonly verdict: string | null
  readonly priority: string | null
  readonly opened_at: Date
}

export type CaseRow = Awaited<ReturnType<typeof caseRow>>

async function caseRow(db: Database, { id, verdict, priority, opened_at }: Row) {
  return { incident: id, verdict, priority, openedAt: opened_at.toISOString(), ...(await materialOf(db, id)) }
}
