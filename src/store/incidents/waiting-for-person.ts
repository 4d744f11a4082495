import { sql } from 'kysely'
import { shortHash } from '#domain/ids'
import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'
import { appealsTo, unreadMentions } from './mentions.ts'
import { asRow, type IncidentRow, incidentQuery } from './views.ts'
import { voteWaits, waitingFor } from './waiting.ts'

/** A plan that waits for the vote of one person. */
export interface WaitingApproval {
  readonly plan: string
  readonly shortHash: string
  readonly reason: string
  readonly tier: string
  /** Until when; afterwards nobody can decide it any more. */
  readonly until: string
  readonly incident: IncidentRow
}

/** Open plans that are looked at: in a storm the ones that end first. */
const LOOKED_AT = 500
const SHOWN = 100

/** What waits for this person: votes, the nearest deadline first, incidents that they look after or have a task in, and what others ask of them or say to them. */
export async function waitingForPerson(db: Database, person: Person) {
  const [approvals, mine, appeals, mentions] = await Promise.all([
    approvalsOf(db, person),
    incidentsOf(db, person.id),
    appealsTo(db, person.id),
    unreadMentions(db, person.id),
  ])
  return {
    approvals: approvals.items,
    moreApprovals: approvals.more,
    mine: mine.items,
    moreMine: mine.more,
    appeals,
    mentions,
  }
}

async function approvalsOf(db: Database, person: Person) {
  const waits = (await voteWaits(db, LOOKED_AT)).filter(({ whom }) => whom.includes(person.id))
  const shown = waits.slice(0, SHOWN)
  if (shown.length === 0) return { items: [], more: 0 }
  const [incidents, plans] = await Promise.all([
    rowsOf(
      db,
      shown.map(({ incident }) => incident),
    ),
    db
      .selectFrom('plan')
      .select(['hash', 'purpose', 'tier'])
      .where(
        'hash',
        'in',
        shown.map(({ plan }) => plan),
      )
      .execute(),
  ])
  const items = shown.flatMap(({ plan: hash, until, incident }): readonly WaitingApproval[] => {
    const plan = plans.find((one) => one.hash === hash)
    const row = incidents.get(incident)
    if (plan === undefined || row === undefined) return []
    return [{ plan: hash, shortHash: shortHash(hash), reason: plan.purpose, tier: plan.tier, until, incident: row }]
  })
  return { items, more: waits.length - shown.length }
}

async function incidentsOf(db: Database, person: string) {
  const mine = await db
    .selectFrom('incident')
    .select('id')
    .select((of) => of.fn.countAll<number>().over().as('all'))
    .where('status', '<>', 'closed')
    .where(
      sql<boolean>`(acknowledged_by = ${person}
        or exists (select from claim where claim.incident = incident.id and claim.person = ${person}
          and claim.ended_at is null and claim.until > clock_timestamp())
        or exists (select from task where task.incident = incident.id and task.episode = incident.episode
          and task.settled_at is null and ${person} = any(task.whom)))`,
    )
    .orderBy(sql`coalesce(priority, 'P0')`)
    .orderBy('opened_at', 'desc')
    .orderBy('id')
    .limit(SHOWN)
    .execute()
  const rows = await rowsOf(
    db,
    mine.map(({ id }) => id),
  )
  const items = mine.flatMap(({ id }) => rows.get(id) ?? [])
  return { items, more: Number(mine[0]?.all ?? 0) - mine.length }
}

async function rowsOf(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, IncidentRow>> {
  if (ids.length === 0) return new Map()
  const rows = await incidentQuery(db).where('incident.id', 'in', ids).execute()
  const waits = await waitingFor(db, rows)
  return new Map(rows.map((row) => [row.id, asRow(row, waits.get(row.id) ?? null)]))
}
