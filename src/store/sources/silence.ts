import { sql } from 'kysely'
import type { Database } from '#store/database/database'

/** Many times longer than whoever holds a lock is ever silent. */
const SILENCE = '15s'

/**
 * A process that hangs keeps its connection, and with that its lock: the server ends the connection when nothing was heard of it for so long.
 * Until `mayBeSilent`.
 */
export const mustBeHeard = async (connection: Database): Promise<void> =>
  void (await sql`select set_config('idle_session_timeout', ${SILENCE}, false)`.execute(connection))

export const mayBeSilent = async (connection: Database): Promise<void> =>
  void (await sql`reset idle_session_timeout`.execute(connection))
