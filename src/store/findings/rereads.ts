import { sql } from 'kysely'
import { findingKey } from '#domain/finding'
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, type Origin, type Reread, type RereadOutcome } from '#domain/reread'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'

/** What is to be read again, and the id of what is quarantined in its place. */
export interface AskedAgain extends Reread {
  readonly quarantined?: string
}

/**
 * Has findings read again from their producer, in the transaction of whatever asks for it. What waits already goes on waiting; what was
 * read before is read anew.
 */
export async function askAgain(tx: Tx, all: readonly AskedAgain[]): Promise<void> {
  const rows = [...together(all).values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  if (rows.length === 0) return
  await tx
    .insertInto('reread')
    .values(
      rows.map(({ origin: { account, region, id }, reason, quarantined }) => ({
        account,
        region,
        finding_id: id,
        reason,
        quarantined: [...quarantined],
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['account', 'region', 'finding_id']).doUpdateSet(({ ref }) => ({
        reason: ref('excluded.reason'),
        quarantined: sql<
          string[]
        >`case when reread.done_at is null then reread.quarantined else '{}' end || excluded.quarantined`,
        since: kept('since'),
        due_at: kept('due_at'),
        tries: sql<number>`case when reread.done_at is null then reread.tries else 0 end`,
        problem: sql<string | null>`case when reread.done_at is null then reread.problem end`,
        outcome: null,
        done_at: null,
      })),
    )
    .execute()
}

const kept = (column: 'since' | 'due_at') =>
  sql<Date>`case when reread.done_at is null then reread.${sql.ref(column)} else clock_timestamp() end`

interface Row extends Reread {
  readonly quarantined: readonly string[]
}

const keyOf = ({ origin: { account, region, id } }: Reread): string => findingKey(account, region, id)

/** A statement may write a row once. */
function together(all: readonly AskedAgain[]): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>()
  for (const one of all) {
    const former = rows.get(keyOf(one))?.quarantined ?? []
    const quarantined = one.quarantined === undefined ? former : [...former, one.quarantined]
    rows.set(keyOf(one), { origin: one.origin, reason: one.reason, quarantined })
  }
  return rows
}

export interface DueReread extends Row {
  /** How often it was looked for, this time included. */
  readonly tries: number
  /** ISO 8601. */
  readonly since: string
}

/** Takes up those that are due, the longest-waiting first. Whoever dies over one leaves it to the next look, which is later each time. */
export async function takeUpRereads(db: Database, most: number): Promise<readonly DueReread[]> {
  const { rows } = await sql<{
    account: string
    region: string
    finding_id: string
    reason: Reread['reason']
    quarantined: readonly string[]
    tries: number
    since: Date
  }>`
    update reread set tries = tries + 1,
           due_at = clock_timestamp() + least(${FIRST_WAIT_MS} * power(2, least(tries, 20)), ${LONGEST_WAIT_MS}) * interval '1 millisecond'
     where (account, region, finding_id) in (
       select account, region, finding_id from reread
        where done_at is null and due_at <= clock_timestamp() order by due_at limit ${most} for update skip locked)
    returning account, region, finding_id, reason, quarantined, tries, since`.execute(db)
  return rows.map(({ account, region, finding_id: id, since, ...row }) => ({
    ...row,
    origin: { account, region, id },
    since: since.toISOString(),
  }))
}

/** It is looked for again when its time comes. */
export const putOffReread = async (db: Database, origin: Origin, problem: string): Promise<void> =>
  void (await at(db.updateTable('reread').set({ problem }), origin).execute())

/** What is asked for again meanwhile is open anew and stays so: only what was taken up is ended. */
export const endReread = (
  db: Database,
  { origin, quarantined }: Pick<DueReread, 'origin' | 'quarantined'>,
  { outcome, problem = null }: { readonly outcome: RereadOutcome; readonly problem?: string | null },
): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const done_at = sql<Date>`clock_timestamp()`
    const ended = await at(tx.updateTable('reread').set({ outcome, problem, done_at }), origin)
      // Something else came in its place meanwhile, which the next look answers.
      .where(sql<boolean>`quarantined = ${[...quarantined]}::text[]`)
      .returning('since')
      .executeTakeFirst()
    if (outcome === 'found') await readAfterAll(tx, origin, quarantined)
    else if (ended !== undefined)
      await record(tx, {
        stream: 'system',
        type: 'finding.not-read-again',
        actor: { kind: 'cordon', id: 'intake' },
        text: `Finding ${origin.id} is not read again from its producer: ${problem ?? outcome}`,
        refs: { key: findingKey(origin.account, origin.region, origin.id) },
        body: { outcome },
      })
  })

/** What waits for the account, or for the administrator that it names, is looked for again from now on. */
export async function resumeRereads(tx: Tx, account: string): Promise<void> {
  const now = sql<Date>`clock_timestamp()`
  await tx
    .updateTable('reread')
    .set({ outcome: null, done_at: null, problem: null, tries: 0, since: now, due_at: now })
    .where('outcome', '=', 'unregistered')
    .where('account', 'in', (of) =>
      of
        .selectFrom('account')
        .select('id')
        .where((where) => where.or([where('id', '=', account), where('administrator', '=', account)])),
    )
    .execute()
}

interface Narrowable<Self> {
  readonly where: (column: 'account' | 'region' | 'finding_id', operator: '=', value: string) => Self
}

const at = <Query extends Narrowable<Query>>(query: Query, { account, region, id }: Origin): Query =>
  query.where('account', '=', account).where('region', '=', region).where('finding_id', '=', id)

async function readAfterAll(tx: Tx, origin: Origin, quarantined: readonly string[]): Promise<void> {
  const key = findingKey(origin.account, origin.region, origin.id)
  for (const id of quarantined) {
    const read = await tx
      .updateTable('quarantine')
      .set({ read_at: sql<Date>`clock_timestamp()`, finding: key })
      .where('id', '=', id)
      .where('read_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (read === undefined) continue
    await record(tx, {
      stream: 'system',
      type: 'finding.read-again',
      actor: { kind: 'cordon', id: 'intake' },
      text: `What was quarantined was read again from its producer: ${key}`,
      refs: { quarantine: id, key },
    })
  }
}
