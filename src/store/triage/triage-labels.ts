import { sql } from 'kysely'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { materialOf } from '#store/incidents/material'
import { versionsOf } from '#store/incidents/standing-verdict'
import type { Page } from '#store/incidents/views'

export interface LabelsQuery {
  readonly limit: number
  /** The id of the last label of the page before. */
  readonly cursor?: string
}

/** What people concluded, the last of each incident’s episode, with what rules see of it today; oldest first. Throws `invalid_input`. */
export async function triageLabels(db: Database, { limit, cursor }: LabelsQuery): Promise<Page<LabelRow>> {
  if (cursor !== undefined) await requireLabel(db, cursor)
  const rows = await db
    .selectFrom('analyst_verdict as label')
    .innerJoin('incident', 'incident.id', 'label.incident')
    .select(['label.id', 'label.incident', 'label.verdict', 'label.confidence', 'label.conclusion', 'label.evidence'])
    .select(['label.person', 'label.rules_verdict', 'label.at', 'label.versions', 'incident.priority'])
    .where(
      sql<boolean>`not exists (select from analyst_verdict later where later.incident = label.incident
        and later.episode = label.episode and (later.at, later.id) > (label.at, label.id))`,
    )
    .$if(cursor !== undefined, (query) =>
      // Compared where it is kept: a time of JavaScript has no microseconds.
      query.where(sql<boolean>`(label.at, label.id) > (select at, id from analyst_verdict where id = ${cursor ?? ''})`),
    )
    .orderBy('label.at')
    .orderBy('label.id')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  const items = await Promise.all(shown.map((row) => labelRow(db, row)))
  return { items, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

async function requireLabel(db: Database, id: string): Promise<void> {
  const known = await db.selectFrom('analyst_verdict').select('id').where('id', '=', id).executeTakeFirst()
  if (known === undefined) throw refusal('invalid_input', 'The cursor is none that a page gave')
}

interface Row {
  readonly id: string
  readonly incident: string
  readonly verdict: string
  readonly confidence: string
  readonly conclusion: string
  readonly evidence: readonly string[]
  readonly person: string
  readonly rules_verdict: string | null
  readonly at: Date
  readonly versions: number
  readonly priority: string | null
}

export type LabelRow = Awaited<ReturnType<typeof labelRow>>

async function labelRow(db: Database, { rules_verdict, at, versions, ...row }: Row) {
  const [now, material] = await Promise.all([versionsOf(db, row.incident), materialOf(db, row.incident)])
  return {
    ...row,
    rulesVerdict: rules_verdict,
    at: at.toISOString(),
    // What came after the conclusion is not what it was about.
    isCurrent: now === versions,
    ...material,
  }
}
