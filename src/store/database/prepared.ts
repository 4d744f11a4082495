import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'

/** A statement that is asked so often is worth a name. */
const OFTEN = 5
/** Each connection keeps a plan for each of them. */
const MOST_NAMED = 300
/** Texts whose lists have other lengths each time come and go. */
const MOST_SEEN = 1000
/**
 * How old plans may be, in milliseconds. They are made for tables as large as these are then: a flood of findings makes thousands of rows of a few within
 * seconds, and statistics follow a minute later.
 */
const OLDEST_PLANS_MS = 5000
/**
 * What no plan for every value can be made of: every column of a table, of which a migration adds one under running processes, and a conflict with a partial
 * index, which Postgres finds by the values.
 */
const NEVER = /\b(select|returning) \*|[\w"]\.\*|\bon conflict \([^)]*\) where\b/

/**
 * Names for what is asked again and again, so that Postgres parses and plans it once for each connection and not each time; undefined for anything else.
 * Source: PostgreSQL, PREPARE; pg, prepared statements.
 */
export function statementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  const seen = new Map<string, number>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined) return known
    if (names.size >= MOST_NAMED || NEVER.test(text)) return undefined
    const times = (seen.get(text) ?? 0) + 1
    seen.delete(text)
    if (times < OFTEN) {
      const [oldest] = seen.keys()
      if (oldest !== undefined && seen.size >= MOST_SEEN) seen.delete(oldest)
      seen.set(text, times)
      return undefined
    }
    const name = `cordon_${names.size + 1}`
    names.set(text, name)
    return name
  }
}

/** A connection as Kysely uses it, and when its plans were made anew. */
interface Planned {
  readonly client: PostgresPoolClient
  plannedAt: number
}

/** The pool for Kysely, which has no names for statements itself. Source: PostgreSQL, DISCARD PLANS. */
export function preparing(pool: pg.Pool, oldestPlansMs = OLDEST_PLANS_MS): PostgresPool {
  const nameOf = statementNames()
  // Kysely knows a connection by its client.
  const clients = new WeakMap<pg.PoolClient, Planned>()
  const preparingClient = (client: pg.PoolClient): PostgresPoolClient => {
    const query = async <R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
      const name = parameters.length === 0 ? undefined : nameOf(text)
      const result = await client.query({ text, values: [...parameters], ...(name === undefined ? {} : { name }) })
      return result as unknown as PostgresQueryResult<R>
    }
    return { query: query as PostgresPoolClient['query'], release: () => client.release() }
  }
  return {
    async connect() {
      const client = await pool.connect()
      const known = clients.get(client) ?? { client: preparingClient(client), plannedAt: performance.now() }
      clients.set(client, known)
      if (performance.now() - known.plannedAt > oldestPlansMs) await planAnew(client, known)
      return known.client
    },
    end: () => pool.end(),
  }
}

async function planAnew(client: pg.PoolClient, known: Planned): Promise<void> {
  try {
    await client.query('discard plans')
    known.plannedAt = performance.now()
  } catch (error) {
    client.release(true)
    throw error
  }
}
