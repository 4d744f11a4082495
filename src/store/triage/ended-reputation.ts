import { sql } from 'kysely'
import type { Database } from '#store/database/database'
import { raiseWakesOfOpen } from '#store/incidents/wake'
import { record } from '#store/log/events'

/** What is left is for the next look. */
const MOST_AT_ONCE = 100

/**
 * Has every open incident judged again once the time of a list is over, once for each version of a list: the mark, the wakes and the event are one
 * transaction. A version that another one replaced counts for nothing already, and wakes nobody. Answers the names of those that ended.
 */
export const endReputation = (db: Database): Promise<readonly string[]> =>
  db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ version: number; name: string; until: Date; is_newest: boolean }>`
      with due as (
        select version from reputation_list where ended_at is null and until <= clock_timestamp()
         order by until limit ${MOST_AT_ONCE} for update skip locked)
      update reputation_list set ended_at = clock_timestamp() from due where due.version = reputation_list.version
      returning reputation_list.version, name, until,
        not exists (select from reputation_list newer
                     where newer.name = reputation_list.name and newer.version > reputation_list.version) as is_newest`.execute(
      tx,
    )
    const ended = rows.filter(({ is_newest }) => is_newest)
    if (ended.length === 0) return []
    await raiseWakesOfOpen(tx)
    for (const { version, name, until } of ended)
      await record(tx, {
        stream: 'system',
        type: 'reputation.ended',
        actor: { kind: 'cordon', id: 'api' },
        text: `List ${name} ended at ${until.toISOString()}: open incidents are judged again without it`,
        refs: { reputation: String(version) },
      })
    return ended.map(({ name }) => name)
  })
