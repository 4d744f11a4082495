import { sql } from 'kysely'
import { append, type Edge, leafHash, rootOf } from '#audit/merkle'
import type { Database, Tx } from '#store/database/database'
import { mayBeSilent, mustBeHeard } from '#store/sources/silence'

/** Entries that one transaction takes into the tree at most. */
export const SEAL_BATCH = 2000

/** The tree after a batch. */
export interface Sealed {
  readonly entries: number
  readonly size: number
  readonly root: Uint8Array
}

type Sign = (checkpoint: { readonly size: number; readonly root: Uint8Array }) => string

const sealersLock = sql`hashtextextended('cordon sealer', 0)`

/**
 * Runs the work on one connection that holds the lock of the only sealer, from first to last statement: a sealer that loses its
 * connection loses the lock with it. False, without running the work, when another process holds it.
 */
export function asOnlySealer(db: Database, work: (connection: Database) => Promise<void>): Promise<boolean> {
  return db.connection().execute(async (connection) => {
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${sealersLock}) as held`.execute(
      connection,
    )
    if (rows[0]?.held !== true) return false
    await mustBeHeard(connection)
    await work(connection)
    // Not in a `finally`: after a failure the connection, and the lock with it, may be gone, and the failure is what matters.
    await mayBeSilent(connection)
    await sql`select pg_advisory_unlock(${sealersLock})`.execute(connection)
    return true
  })
}

/** Where the log stands: the size and root of the newest checkpoint, or undefined before the first. */
export function newestCheckpoint(db: Database): Promise<Omit<Sealed, 'entries'> | undefined> {
  return db.selectFrom('checkpoint').select(['size', 'root']).orderBy('size', 'desc').limit(1).executeTakeFirst()
}

/**
 * Takes up to `SEAL_BATCH` pending entries into the tree and signs what it is then, in one transaction.
 * Undefined when nothing was pending. An entry that commits later gets a later place: never is there a high-water mark to miss it by.
 */
export function sealPending(db: Database, sign: Sign): Promise<Sealed | undefined> {
  return db.transaction().execute(async (tx) => {
    const entries = await takePending(tx)
    if (entries.length === 0) return undefined
    const before = await readEdge(tx)
    const leaves = entries.map(({ body }) => leafHash(body))
    const edge = append(before, leaves)
    const root = rootOf(edge)
    await insertLeaves(tx, { first: before.size, entries, leaves })
    await writeEdge(tx, edge)
    const note = sign({ size: edge.size, root })
    await tx
      .insertInto('checkpoint')
      .values({ size: edge.size, root: Buffer.from(root), note })
      .execute()
    return { entries: entries.length, size: edge.size, root }
  })
}

interface Entry {
  readonly id: number
  readonly body: Buffer
}

async function takePending(tx: Tx): Promise<readonly Entry[]> {
  const { rows } = await sql<Entry>`
    with taken as (
      delete from audit_pending where id in (select id from audit_pending order by id limit ${SEAL_BATCH}) returning id)
    select audit_entry.id, audit_entry.body from taken join audit_entry using (id) order by audit_entry.id`.execute(tx)
  return rows
}

async function readEdge(tx: Tx): Promise<Edge> {
  const kept = await tx.selectFrom('audit_edge').select(['level', 'hash']).execute()
  const last = await tx.selectFrom('audit_leaf').select('index').orderBy('index', 'desc').limit(1).executeTakeFirst()
  const size = last === undefined ? 0 : last.index + 1
  // `append` refuses an edge that does not fit this size: a tree that somebody cut is never sealed over.
  return { size, roots: new Map(kept.map(({ level, hash }) => [level, hash])) }
}

interface NewLeaves {
  readonly first: number
  readonly entries: readonly Entry[]
  readonly leaves: readonly Uint8Array[]
}

async function insertLeaves(tx: Tx, { first, entries, leaves }: NewLeaves): Promise<void> {
  const places = entries.map((_, offset) => first + offset)
  const ids = entries.map(({ id }) => id)
  const hashes = leaves.map((leaf) => Buffer.from(leaf))
  await sql`
    insert into audit_leaf (index, entry, hash)
    select * from unnest(${places}::bigint[], ${ids}::bigint[], ${hashes}::bytea[])`.execute(tx)
}

async function writeEdge(tx: Tx, { roots }: Edge): Promise<void> {
  await tx.deleteFrom('audit_edge').execute()
  await tx
    .insertInto('audit_edge')
    .values([...roots].map(([level, hash]) => ({ level, hash: Buffer.from(hash) })))
    .execute()
}
