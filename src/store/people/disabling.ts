import { sql } from 'kysely'
import { leavesKeepers } from '#domain/person-change'
import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'
import { everyone } from './people.ts'
import { closeEveryWayIn } from './person-changes.ts'

/**
 * Takes all access from the person, at once and for ever. Throws `not_found`, and `conflict` when nobody could confirm changes of
 * people afterwards.
 */
export const disablePerson = (db: Database, id: string, by: Person): Promise<void> =>
  db.transaction().execute(async (tx) => {
    // Two at once would each see the other one’s person left.
    await sql`select pg_advisory_xact_lock(hashtextextended('people', 0))`.execute(tx)
    const people = await everyone(tx)
    const person = people.find((one) => one.id === id)
    if (person === undefined) throw refusal('not_found', `There is no ${id} who has access`)
    if (leavesKeepers(people, '') && !leavesKeepers(people, id))
      throw refusal(
        'conflict',
        `Without ${person.name} no operator and policy-admin of different groups are left: add another one first`,
      )
    await closeEveryWayIn(tx, id, by)
    await tx.updateTable('person').set({ disabled_at: sql<Date>`clock_timestamp()` }).where('id', '=', id).execute()
    await record(tx, {
      stream: 'system',
      type: 'person.disabled',
      actor: { kind: 'person', id: by.id },
      text: `${by.name} took all access from ${person.name}`,
      refs: { person: id },
    })
  })
