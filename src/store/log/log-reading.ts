import { sql } from 'kysely'
import type { StoredCheckpoint, StoredLog } from '#audit/verify-log'
import type { Database } from '#store/database/database'

const PAGE = 2000

/** The log as it is stored, page by page: it may be larger than memory. */
export async function readLog(db: Database): Promise<StoredLog> {
  const checkpoints = await db.selectFrom('checkpoint').select(['size', 'root', 'note']).orderBy('size').execute()
  return { leaves: leavesOf(db), checkpoints: checkpoints satisfies readonly StoredCheckpoint[] }
}

async function* leavesOf(db: Database) {
  for (let from = 0; ; from += PAGE) {
    const { rows } = await sql<{ index: number; hash: Buffer; body: Buffer }>`
      select leaf.index, leaf.hash, entry.body from audit_leaf as leaf join audit_entry as entry on entry.id = leaf.entry
       where leaf.index >= ${from} and leaf.index < ${from + PAGE} order by leaf.index`.execute(db)
    yield rows
    const { rows: rest } = await sql`select from audit_leaf where index >= ${from + PAGE} limit 1`.execute(db)
    if (rest.length === 0) return
  }
}

/** What contradicts itself in the record, a sentence each; nothing when all is well. */
export async function contradictions(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ problem: string }>`
    select 'Stream ' || stream || ' has a gap' as problem from audit_entry group by stream having max(seq) <> count(*)
    union all
    select 'Entry ' || seq || ' of ' || stream || ' is neither in the tree nor waits for it' from audit_entry as entry
     where not exists (select from audit_leaf where audit_leaf.entry = entry.id)
       and not exists (select from audit_pending where audit_pending.id = entry.id)
    union all
    select 'The bytes of plan ' || hash || ' are not those that were approved' from plan
     where hash <> encode(sha256(convert_to(E'cordon/plan/v1\n', 'UTF8') || bytes), 'hex')
    union all
    select 'The log knows nothing of permit ' || permit.id from permit
     where not exists (select from audit_entry as entry
       where entry.type = 'permit.given' and convert_from(entry.body, 'UTF8')::jsonb #>> '{refs,permit}' = permit.id)
    union all
    select 'The log knows nothing of vote ' || vote.id from vote
     where not exists (select from audit_entry as entry
       where entry.type = 'vote.cast' and convert_from(entry.body, 'UTF8')::jsonb #>> '{refs,vote}' = vote.id)`.execute(
    db,
  )
  return rows.map(({ problem }) => problem)
}

export interface RecordCounts {
  readonly incidents: number
  readonly openIncidents: number
  readonly plans: number
  /** Steps that were permitted and whose outcome nobody recorded. */
  readonly openPermits: number
  /** When the last thing happened; null in an empty record. */
  readonly lastEvent: Date | null
}

export async function recordCounts(db: Database): Promise<RecordCounts> {
  const { rows } = await sql<RecordCounts>`
    select (select count(*)::int from incident) as incidents,
           (select count(*)::int from incident where status <> 'closed') as "openIncidents",
           (select count(*)::int from plan) as plans,
           (select count(*)::int from permit where closed_at is null) as "openPermits",
           (select max(at) from audit_entry) as "lastEvent"`.execute(db)
  return rows[0] ?? { incidents: 0, openIncidents: 0, plans: 0, openPermits: 0, lastEvent: null }
}
