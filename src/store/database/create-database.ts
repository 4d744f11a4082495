import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 100
/** Still at its recovery. Source: PostgreSQL, error codes. */
const STARTING_UP = '57P03'
/** Not there yet, or still at its recovery. */
const NOT_YET: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', STARTING_UP])
const EXISTS = '42P04'

/** Makes a database on a server that has just been started, as soon as it answers; one that is there stays. Returns its address. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const code = await tryToCreate(serverUrl, name)
    if (code === undefined || code === EXISTS) return url.href
    if (Date.now() > until) throw new Error(`Postgres did not answer within ${PATIENCE_MS / 1000} s (${code})`)
    await pause(LOOK_EVERY_MS)
  }
}

/** Waits while a server that is there is still at its recovery, a minute at most: whoever starts everything after a power cut starts both. */
export async function awaitRecovery(databaseUrl: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  while ((await isRecovering(databaseUrl)) && Date.now() < until) await pause(LOOK_EVERY_MS)
}

/** What else is wrong with a server is told by whoever uses it. */
async function isRecovering(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl })
  try {
    await client.connect()
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === STARTING_UP
  } finally {
    await client.end()
  }
}

/** The code of what stood in the way. Throws what waiting does not mend. */
async function tryToCreate(serverUrl: string, name: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: serverUrl })
  try {
    await client.connect()
    await client.query(`create database ${client.escapeIdentifier(name)}`)
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (NOT_YET.has(code) || code === EXISTS) return code
    throw error
  } finally {
    await client.end()
  }
}
