import { sql } from 'kysely'
import { night } from '#domain/numbers'
import type { Database } from '#store/database/database'
import { type Counted, isReal } from './response-times.ts'

/** What was asked of one person, and what they did. */
export interface LoadRow {
  readonly person: string
  readonly name: string
  readonly pages: number
  /** Pages in the night of the zone. */
  readonly nightPages: number
  /** Nights with at least one. */
  readonly nights: number
  /** Incidents that they looked after or came to help with. */
  readonly acknowledged: number
  readonly votes: number
}

/**
 * By person, who was called most comes first. Pages that a digest took the place of count once, as the digest; messages are none. The zone is one of the
 * time zone database.
 */
export async function loadOfPeople(db: Database, counted: Counted, zone: string): Promise<readonly LoadRow[]> {
  const wall = sql`sent_at at time zone ${zone}`
  const isNight = sql`(extract(hour from ${wall}) >= ${night.from} or extract(hour from ${wall}) < ${night.to})`
  const { rows } = await sql<LoadRow>`
    with called as (
      select person, count(*)::int as pages, (count(*) filter (where ${isNight}))::int as night_pages,
             (count(distinct (${wall} - make_interval(hours => ${night.to}))::date) filter (where ${isNight}))::int as nights
        from page where sent_at >= ${counted.since} and status <> 'held' and class = 'page' and ${isReal(sql`page.incident`, counted)} group by 1),
    taken as (
      select actor as person, count(distinct stream)::int as acknowledged from audit_entry
       where type in ('incident.acknowledged', 'appeal.answered') and at >= ${counted.since} and ${isReal(sql`audit_entry.stream`, counted)} group by 1),
    voted as (
      select person, count(*)::int as votes from vote join plan on plan.hash = vote.plan
       where at >= ${counted.since} and ${isReal(sql`plan.incident`, counted)} group by 1)
    select person.id as person, person.name, coalesce(pages, 0) as pages, coalesce(night_pages, 0) as "nightPages", coalesce(nights, 0) as nights,
           coalesce(acknowledged, 0) as acknowledged, coalesce(votes, 0) as votes
      from person left join called on called.person = person.id left join taken on taken.person = person.id
           left join voted on voted.person = person.id
     where coalesce(pages, acknowledged, votes) is not null
     order by 3 desc, 4 desc, 2, 1`.execute(db)
  return rows
}
