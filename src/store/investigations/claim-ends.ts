import { sql } from 'kysely'
import type { Person } from '#domain/votes'
import type { Tx } from '#store/database/database'

interface ClaimEnd {
  readonly how: 'released' | 'answered'
  /** Only of this person. */
  readonly of?: Person
}

/** Ends the claim on an incident whose row is locked; whether there was one. */
export async function endClaim(tx: Tx, incident: string, { how, of }: ClaimEnd): Promise<boolean> {
  const ended = await tx
    .updateTable('claim')
    .set({ ended_at: sql<Date>`clock_timestamp()`, ended_how: how })
    .where('incident', '=', incident)
    .where('ended_at', 'is', null)
    .$if(of !== undefined, (query) => query.where('person', '=', of?.id ?? ''))
    .returning('id')
    .executeTakeFirst()
  return ended !== undefined
}
