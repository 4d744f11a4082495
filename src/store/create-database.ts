import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 100
/** Not there yet, or still at its recovery. Source: PostgreSQL, error codes. */
const NOT_YET: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', '57P03'])
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
