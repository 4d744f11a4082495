import { sql } from 'kysely'
import { ownFinding } from '#domain/own-finding'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { type Received, receiveTogether } from '#store/findings/findings'
import { endIncident, lockIncident, type Woken } from '#store/incidents/incident-verbs'
import { raiseWake } from '#store/incidents/wake'
import { record } from '#store/log/events'

/** In place of an account where a source has none. */
const NOWHERE = 'push'

const silenceId = (account: string): string => `silence-${account}`

interface Silent {
  readonly name: string
  readonly account: string | null
  readonly region: string | null
  readonly problem: string | null
  readonly heard_at: Date | null
}

/**
 * Opens an incident for every account of which a source has been silent for longer than it may: one for all of its sources, and again only
 * after they were heard. What is new of it is a version of the same finding. Idempotent; a crash between is taken up by the next look.
 */
export async function tellSilences(db: Database): Promise<readonly Received[]> {
  const silent = await newlySilent(db)
  const received: Received[] = []
  for (const [account, sources] of byAccount(silent)) {
    received.push(...(await receiveTogether(db, [await silenceOf(db, account, sources)])))
    await db
      .updateTable('source')
      .set({ silent_since: sql<Date>`coalesce(silent_since, clock_timestamp())` })
      .where(
        'name',
        'in',
        sources.map(({ name }) => name),
      )
      .execute()
  }
  return received
}

const newlySilent = (db: Database): Promise<readonly Silent[]> =>
  db
    .selectFrom('source')
    .select(['name', 'account', 'region', 'problem', 'heard_at'])
    .where('silent_since', 'is', null)
    .where(sql<boolean>`coalesce(heard_at, added_at) + silent_after_ms * interval '1 millisecond' < clock_timestamp()`)
    .orderBy('name')
    .execute()

async function silenceOf(db: Database, account: string, sources: readonly Silent[]) {
  const lines = sources.map(
    ({ name, heard_at, problem }) =>
      `${name}: ${heard_at === null ? 'never heard' : `last heard ${heard_at.toISOString()}`}${problem === null ? '' : ` (${problem})`}`,
  )
  const finding = ownFinding({
    source: 'cordon',
    id: silenceId(account),
    type: 'Intake:Cordon/Silence',
    account,
    region: sources[0]?.region ?? 'global',
    title: `Nothing is heard of findings of account ${account}`,
    description: lines.join('\n'),
    at: await clock(db),
  })
  return { finding, raw: { ...finding, sources: lines }, channel: 'heartbeat' }
}

/**
 * Sources that were silent and are heard again: told in the incident of their account. When nothing of the account is silent any more, an incident
 * in which nothing was planned is closed. The answer is whom to wake.
 */
export async function tellHeardAgain(db: Database): Promise<readonly Woken[]> {
  const heard = await db
    .selectFrom('source')
    .select(['name', 'account'])
    .where('silent_since', 'is not', null)
    .where((where) => where.or([where('silent_after_ms', 'is', null), sql<boolean>`heard_at > silent_since`]))
    .execute()
  const woken: Woken[] = []
  for (const [account, sources] of byAccount(heard)) {
    const names = sources.map(({ name }) => name)
    woken.push(...(await db.transaction().execute((tx) => endSilence(tx, account, names))))
  }
  return woken
}

async function endSilence(tx: Tx, account: string, names: readonly string[]): Promise<readonly Woken[]> {
  await tx
    .updateTable('source')
    .set({ silent_since: null })
    .where('name', 'in', [...names])
    .execute()
  const told = await tx
    .selectFrom('finding')
    .innerJoin('incident', 'incident.id', 'finding.incident')
    .select('incident.id')
    .where('finding.finding_id', '=', silenceId(account))
    .where('incident.status', '<>', 'closed')
    .executeTakeFirst()
  if (told === undefined) return []
  const row = await lockIncident(tx, told.id)
  const text = `Heard again: ${names.join(', ')}`
  await record(tx, { stream: row.id, type: 'source.heard', actor, text, refs: {}, body: { sources: [...names] } })
  if ((await isSilent(tx, account)) || (await hasPlans(tx, row.id)))
    return [{ incident: row.id, build: row.build, wakeDue: await raiseWake(tx, row.id) }]
  const why = 'Every source is heard again: the incident is closed as resolved'
  return [await endIncident(tx, row, { actor, text: why, code: 'resolved', lessons: null })]
}

const actor = { kind: 'cordon', id: 'api' } as const

/** Whether another source of the account is still silent. */
const isSilent = async (tx: Tx, account: string): Promise<boolean> =>
  (await tx
    .selectFrom('source')
    .select('name')
    .where('silent_since', 'is not', null)
    .where(sql<boolean>`coalesce(account, ${NOWHERE}) = ${account}`)
    .executeTakeFirst()) !== undefined

const hasPlans = async (tx: Tx, incident: string): Promise<boolean> =>
  (await tx.selectFrom('plan').select('hash').where('incident', '=', incident).executeTakeFirst()) !== undefined

function byAccount<Of extends { readonly account: string | null }>(all: readonly Of[]): ReadonlyMap<string, Of[]> {
  const accounts = new Map<string, Of[]>()
  for (const one of all) {
    const account = one.account ?? NOWHERE
    accounts.set(account, [...(accounts.get(account) ?? []), one])
  }
  return accounts
}
