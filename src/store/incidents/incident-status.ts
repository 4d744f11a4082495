import { sql } from 'kysely'
import type { IncidentStatus } from '#domain/incident'
import type { Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { isTryFrom } from '#store/plans/replaced-plans'

/** Tasks about what the contained principals left behind; their keys begin so. */
export const ERADICATION = 'eradicate/'

interface Standing {
  readonly status: IncidentStatus
  readonly verdict: string | null
  /** Containments that the episode made, found standing or released. */
  readonly all: number
  readonly unreleased: number
  /** Unreleased ones whose plan does not hold, nor one that replaced it. */
  readonly broken: number
  /** Released for another reason than a false alarm. */
  readonly real: number
  /** Plans that put something back and are not at their end. */
  readonly underWay: number
  /** What the contained principals left behind and nobody settled. */
  readonly leftBehind: number
}

/**
 * Brings the incident’s status to what its containments and tasks say, and tells the log when that is news.
 * A closed incident stays closed.
 */
export async function settleStatus(tx: Tx, incident: string): Promise<IncidentStatus> {
  const standing = await standingOf(tx, incident)
  const status = statusBy(standing)
  if (status === standing.status) return status
  await tx
    .updateTable('incident')
    .set({ status, updated_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', incident)
    .execute()
  const told = news[status]
  if (told !== undefined)
    await record(tx, { stream: incident, actor: { kind: 'cordon', id: 'worker' }, refs: {}, ...told })
  return status
}

/** An incident is recovered when every containment is released, nothing is being put back any more and, after a real threat, nothing is left behind. */
function statusBy({ status, verdict, all, unreleased, broken, real, underWay, leftBehind }: Standing): IncidentStatus {
  if (status === 'closed') return 'closed'
  if (all === 0 || broken > 0) return 'open'
  if (unreleased > 0 || underWay > 0) return 'contained'
  return verdict === 'threat' && real > 0 && leftBehind > 0 ? 'contained' : 'recovered'
}

const news = {
  open: undefined,
  closed: undefined,
  contained: { type: 'incident.contained', text: 'The incident is contained: every change was read back' },
  recovered: { type: 'incident.recovered', text: 'The incident is recovered: every containment is released' },
} as const

async function standingOf(tx: Tx, incident: string): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select i.status, i.verdict,
           count(c.plan)::int as "all",
           (count(c.plan) filter (where c.released_at is null))::int as unreleased,
           (count(c.plan) filter (where c.released_at is null and p.status <> 'done' and not exists (
             select 1 from plan as later where ${isTryFrom('later', 'p')} and later.status = 'done')))::int as broken,
           (count(c.plan) filter (where c.release_reason <> 'false-positive'))::int as real,
           (select count(*)::int from plan u where u.incident = i.id and u.purpose = 'undo'
             and u.status in ('approved', 'executing')) as "underWay",
           (select count(*)::int from task t where t.incident = i.id and t.episode = i.episode
             and t.settled_at is null and t.key like ${`${ERADICATION}%`}) as "leftBehind"
      from incident i
      left join (containment c join plan p on p.hash = c.plan left join plan r on r.hash = c.released_by)
        on c.incident = i.id and (p.episode = i.episode or c.released_at is null or r.episode = i.episode)
     where i.id = ${incident} group by i.id`.execute(tx)
  const [standing] = rows
  if (standing === undefined) throw new TypeError(`There is no incident ${incident}`)
  return standing
}
