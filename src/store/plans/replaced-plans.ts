import { type RawBuilder, sql } from 'kysely'

/** That one plan is the same or a later try of the proposal of another; both by the names that they have in the statement. */
export const isTryFrom = (later: string, earlier: string): RawBuilder<boolean> => sql<boolean>`(
  ${sql.ref(`${later}.verb_key`)} = ${sql.ref(`${earlier}.verb_key`)} and ${sql.ref(`${later}.revision`)} >= ${sql.ref(`${earlier}.revision`)})`

/**
 * The plan and those that it replaced because they had drifted half-way: earlier tries of the same proposal, as far as nobody put them back.
 * It stands for them: what they changed holds and is released with it.
 */
export const standingFor = (plan: string): RawBuilder<string> => sql<string>`(
  select earlier.hash from plan as later
    join plan as earlier on ${isTryFrom('later', 'earlier')}
   where later.hash = ${plan}
     and (earlier.hash = later.hash or not exists (
       select 1 from plan as undo where undo.undoes = earlier.hash and undo.status = 'done')))`
