import { sql } from 'kysely'
import type { Tx } from '#store/database/database'

/** How the last closed incident about an entity ended. */
export interface Ending {
  readonly id: string
  /** The incident that it was merged into, and that one into another, to the last. */
  readonly mergedInto: string | null
  /** Whether it is so short ago that what comes now may belong to it. */
  readonly isRecent: boolean
}

/** How long after its end a new incident about the same entity is shown beside the former: as long as GuardDuty keeps its findings. */
const RELATED_DAYS = 90

/** By entity. Nothing is locked. */
export async function endingsOf(tx: Tx, entities: readonly string[]): Promise<ReadonlyMap<string, Ending>> {
  const { rows } = await sql<{ key: string; id: string; merged: string | null; recent: boolean }>`
    with recursive ended as (
      select distinct on (correlation_key) correlation_key as key, id, merged_into,
             closed_at > clock_timestamp() - make_interval(days => ${RELATED_DAYS}) as recent
        from incident where correlation_key = any(${entities}::text[]) and status = 'closed'
       order by correlation_key, closed_at desc, id),
    chain as (
      select key, merged_into as at from ended where merged_into is not null
      union
      select key, incident.merged_into from chain join incident on incident.id = chain.at where incident.merged_into is not null)
    select ended.key, ended.id, recent,
           (select at from chain join incident on incident.id = chain.at
             where chain.key = ended.key and incident.merged_into is null limit 1) as merged
      from ended`.execute(tx)
  return new Map(rows.map(({ key, id, merged, recent }) => [key, { id, mergedInto: merged, isRecent: recent }]))
}
