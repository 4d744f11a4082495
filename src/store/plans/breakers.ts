import { sql } from 'kysely'
import type { Breaker } from '#domain/breaker'
import type { JsonObject } from '#domain/json'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'
import type { KindOfChange } from '#store/policy/change-kinds'
import { areChangesSigned } from '#store/policy/change-signing'
import { witnessedChangeVotes } from '#store/policy/change-votes'
import type { PolicyChange } from '#store/policy/policy-authority'

interface Row {
  readonly id: string
  readonly account: string
  readonly reason: string
  readonly opened_at: Date
}

const breakerOf = ({ id, account, reason, opened_at }: Row): Breaker => ({
  id,
  account,
  reason,
  openedAt: opened_at.toISOString(),
})

/** No change in force closes it. */
const isOpen = sql<boolean>`not exists (select from change
  where change.kind = 'breaker' and change.status = 'in-force' and change.body ->> 'breaker' = breaker.id)`

/** Breakers that are open, the newest first. */
export async function openBreakers(db: Database | Tx): Promise<readonly Breaker[]> {
  const rows = await db.selectFrom('breaker').selectAll().where(isOpen).orderBy('opened_at', 'desc').execute()
  return rows.map(breakerOf)
}

export const breakerOver = async (db: Database | Tx, account: string): Promise<Breaker | null> =>
  (await openBreakers(db)).find((breaker) => breaker.account === account) ?? null

/** The newest breaker of the account, and the changes that are said to have closed it: nothing of them is believed yet. */
export interface BreakerFacts {
  readonly breaker: Breaker
  readonly closings: readonly PolicyChange[]
}

/** What the gate judges by itself. */
export async function breakerFacts(tx: Tx, account: string): Promise<BreakerFacts | null> {
  const row = await tx
    .selectFrom('breaker')
    .selectAll()
    .where('account', '=', account)
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  const closings = await tx
    .selectFrom('change')
    .selectAll()
    .where('kind', '=', 'breaker')
    .where('status', '=', 'in-force')
    .where(sql<boolean>`body ->> 'breaker' = ${row.id}`)
    .execute()
  const isSigned = await areChangesSigned(tx)
  return {
    breaker: breakerOf(row),
    closings: await Promise.all(
      closings.map(async (change) => ({ row: change, votes: await witnessedChangeVotes(tx, change), isSigned })),
    ),
  }
}

interface Trip {
  readonly account: string
  readonly incident: string
  readonly plan: string
  readonly reason: string
}

/** Opens the account’s breaker, unless it is open. The account is locked. */
export async function tripBreaker(tx: Tx, { account, incident, plan, reason }: Trip): Promise<void> {
  if ((await breakerOver(tx, account)) !== null) return
  await tx.insertInto('breaker').values({ account, plan, reason }).execute()
  await record(tx, {
    stream: incident,
    type: 'breaker.opened',
    actor: { kind: 'cordon', id: 'gate' },
    text: `From now on people decide about every plan in account ${account}, until two of them close its breaker: ${reason}`,
    refs: { plan },
    body: { account, reason },
  })
}

async function requireOpen(tx: Tx, body: JsonObject): Promise<void> {
  const isThere = (await openBreakers(tx)).some(({ id }) => id === body['breaker'])
  if (!isThere) throw refusal('conflict', 'This breaker is closed, or there is none: see cordon breakers list')
}

/** Lets Cordon act by itself in an account again: a decision of two people of two groups. */
export const breakerChange: KindOfChange = {
  isEndedByOne: false,

  require: requireOpen,

  // It counts because it is in force: there is nothing else to do, also when another one closed it meanwhile.
  begin: async () => undefined,

  review: async (db, body) => {
    const rows = await db.selectFrom('breaker').selectAll().where('id', '=', String(body['breaker'])).execute()
    return {
      differences: [],
      concerns: rows
        .map(breakerOf)
        .map(
          ({ account, openedAt, reason }) =>
            `Plans that need no vote run in account ${account} again. Its breaker opened at ${openedAt}: ${reason}`,
        ),
    }
  },
}
