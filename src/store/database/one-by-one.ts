import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** What changes Cordon’s own rules waits here until the other’s transaction is over: a change that comes into force may end others. */
export const oneByOne = (tx: Tx): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(hashtextextended('changes', 0))`.execute(tx)
