import { type RawBuilder, sql } from 'kysely'

/**
 * The plan and those that it replaced because they had drifted half-way: earlier tries of the same proposal, as far as nobody put them back.
 * It stands for them: what they changed holds and is released with it.
 */
export const standingFor = (plan: string): RawBuilder<string> => sql<string>`(
  select earlier.hash from plan as later
    join plan as earlier on earlier.verb_key = later.verb_key and earlier.revision <= later.revision
   where later.hash = ${plan}
     and (earlier.hash = later.hash or not exists (
       select 1 from plan as undo where undo.undoes = earlier.hash and undo.status = 'done')))`
