import pg from 'pg'
import { createTemporal } from '#temporal/temporal'
import { until } from '../support/until.ts'
import type { Row } from './run.ts'
import type { Stage } from './stage.ts'

/** Of the record, what belongs to an installation and not to what happens in it. */
const KEPT: ReadonlySet<string> = new Set([
  'account',
  'build',
  'kysely_migration',
  'kysely_migration_lock',
  'person',
  'policy',
  'policy_version',
  'session',
])

const TABLES = `select table_name as name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`

/** Every row of every table, as the owner of the database reads it. */
export const readTables = (databaseUrl: string): Promise<Readonly<Record<string, readonly Row[]>>> =>
  asking(databaseUrl, async (database) => {
    const tables: Record<string, readonly Row[]> = {}
    for (const { name } of await rowsOf<{ name: string }>(database, TABLES)) tables[name] = await rowsIn(database, name)
    return tables
  })

/** Every row of one table, as the owner of the database reads it. */
export const readTable = (databaseUrl: string, name: string): Promise<readonly Row[]> =>
  asking(databaseUrl, (database) => rowsIn(database, name))

const rowsIn = async (database: pg.Client, name: string): Promise<readonly Row[]> =>
  (await rowsOf<{ row: Row }>(database, `select to_jsonb(t) as row from "${name}" t`)).map(({ row }) => row)

/** Empties the record, while nothing runs in it: the next drill finds an installation in which nothing has happened yet. */
export const emptyRecord = (databaseUrl: string): Promise<void> =>
  asking(databaseUrl, async (database) => {
    const names = (await rowsOf<{ name: string }>(database, TABLES)).map(({ name }) => name)
    const gone = names.filter((name) => !KEPT.has(name)).map((name) => `"${name}"`)
    await database.query(`truncate ${gone.join(', ')}`)
  })

const UNDONE = `
  select 'a wake that nobody handled' as what from wake where handled < requested
  union all select 'an entry that is not sealed' from audit_pending
  union all select 'a page that is under way' from page where status = 'sending'
  union all select 'a delivery that is under way' from delivery where status = 'sending'
  union all select 'an open permit' from permit where closed_at is null
  union all select 'an incident that is not closed' from incident where status <> 'closed'`

/** Waits until nothing is left to do: no workflow runs, everything is handled, delivered and sealed. Throws with what is left. */
export async function becomeQuiet(stage: Stage): Promise<void> {
  let left: readonly string[] = []
  const isQuiet = async (): Promise<true | undefined> => {
    left = await whatIsLeft(stage)
    return left.length === 0 ? true : undefined
  }
  try {
    await until('nothing is left to do', isQuiet, PATIENCE_MS)
  } catch (cause) {
    throw new Error(`Cordon does not come to an end: ${left.join(', ')}`, { cause })
  }
}

const PATIENCE_MS = 180_000

async function whatIsLeft(stage: Stage): Promise<readonly string[]> {
  try {
    const undone = await asking(stage.databaseUrl, (database) => rowsOf<{ what: string }>(database, UNDONE))
    return [...new Set(undone.map(({ what }) => what)), ...(await runningWorkflows(stage))]
  } catch (error) {
    // A server that was killed may not be back yet.
    return [String(error)]
  }
}

async function runningWorkflows({ facts }: Stage): Promise<readonly string[]> {
  const temporal = await createTemporal(facts.temporal)
  try {
    const running: string[] = []
    for await (const id of temporal.runningWorkflowIds()) running.push(`${id} runs`)
    return running
  } finally {
    await temporal.close()
  }
}

async function asking<T>(url: string, ask: (database: pg.Client) => Promise<T>): Promise<T> {
  const database = new pg.Client({ connectionString: url })
  await database.connect()
  try {
    return await ask(database)
  } finally {
    await database.end()
  }
}

async function rowsOf<T extends object>(database: pg.Client, statement: string): Promise<readonly T[]> {
  const { rows } = await database.query<T>(statement)
  return rows
}
