import { sql } from 'kysely'
import { entityKey, ownedEntity } from '#domain/entity'
import { correlationKey, type Finding } from '#domain/finding'
import { targetKey, targetText } from '#domain/targets'
import type { Database, Tx } from '#store/database/database'
import { retrying } from '#store/database/retrying'
import type { Woken } from '#store/incidents/incident-verbs'
import { raiseWakes } from '#store/incidents/wake'
import { record } from '#store/log/events'
import { absorb } from './attack-sequences.ts'

/** Whose an access key is, by the texts that incidents go by. A key is its user’s as long as there is a key. Source: IAM, AccessKey. */
export interface KeyOwner {
  readonly key: string
  readonly owner: string
  readonly text: string
}

/** What the findings themselves say: one that knows the user of its key tells it of every other about that key. */
export const ownersTold = (all: readonly Finding[]): readonly KeyOwner[] =>
  all.flatMap(({ credential, isSample, region }) => {
    if (isSample || credential.kind !== 'user-key') return []
    const { account, accessKeyId: id, user } = credential
    const key = entityKey(ownedEntity('access-key', { account, region, id }))
    return [{ key, owner: targetKey(user), text: `Access key ${id} belongs to ${targetText(user)}` }]
  })

/** Keeps it, so that a poorer form that comes later is taken for what it is about. The first one stays. */
export async function keepOwners(tx: Tx, told: readonly KeyOwner[]): Promise<void> {
  if (told.length === 0) return
  const rows = [...new Map(told.map((one) => [one.key, one])).values()]
  const keys = rows.map(({ key }) => key)
  const kept = await tx.selectFrom('key_owner').select('key').where('key', 'in', keys).execute()
  const known = new Set(kept.map(({ key }) => key))
  const news = rows.filter(({ key }) => !known.has(key))
  if (news.length === 0) return
  await tx
    .insertInto('key_owner')
    .values(news.toSorted((one, other) => (one.key < other.key ? -1 : 1)))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What findings are about, where only their access key says it: by its text, that of its user. */
export async function ownersOf(tx: Tx, all: readonly Finding[]): Promise<ReadonlyMap<string, string>> {
  const keys = [...new Set(all.map(correlationKey))]
  const rows = await tx.selectFrom('key_owner').select(['key', 'owner']).where('key', 'in', keys).execute()
  return new Map(rows.map(({ key, owner }) => [key, owner]))
}

/** Has incidents that were opened by keys alone be those of the users, of whom these findings know. Answers whose news it is. */
export async function convergeIn(tx: Tx, told: readonly KeyOwner[]): Promise<readonly string[]> {
  if (told.length === 0) return []
  const keys = [...new Set(told.map(({ key }) => key))]
  const news: string[] = []
  for (const pair of await openByKey(tx).where('key_owner.key', 'in', keys).execute())
    news.push(...(await converge(tx, pair)))
  return news
}

/** Keys by which an incident is open though their user is known. */
const openByKey = (db: Database | Tx) =>
  db
    .selectFrom('key_owner')
    .innerJoin('incident', 'incident.correlation_key', 'key_owner.key')
    .select(['key_owner.key', 'key_owner.owner', 'key_owner.text'])
    .where('incident.status', '<>', 'closed')
    .orderBy('key_owner.key')

/**
 * The same for what the intake kept, which may merge nothing, and for what came at the same moment: each open incident about a key alone whose
 * user is known. Answers whom to wake.
 */
export async function convergeWaiting(db: Database): Promise<readonly Woken[]> {
  const waiting = await openByKey(db).limit(MOST_AT_ONCE).execute()
  const woken: Woken[] = []
  for (const pair of waiting)
    woken.push(...(await retrying(() => db.transaction().execute((tx) => convergeAndWake(tx, pair)))))
  return woken
}

const MOST_AT_ONCE = 500

async function convergeAndWake(tx: Tx, pair: KeyOwner): Promise<readonly Woken[]> {
  const news = await converge(tx, pair)
  if (news.length === 0) return []
  const due = new Set(await raiseWakes(tx, [...news]))
  const rows = await tx.selectFrom('incident').select(['id', 'build']).where('id', 'in', news).execute()
  return rows.map(({ id, build }) => ({ incident: id, build, wakeDue: due.has(id) }))
}

/** The incident about the key goes into that of its user, or becomes it where there is none. */
async function converge(tx: Tx, { key, owner, text }: KeyOwner): Promise<readonly string[]> {
  const open = await tx
    .selectFrom('incident')
    .select(['id', 'correlation_key'])
    .where('correlation_key', 'in', [key, owner])
    .where('status', '<>', 'closed')
    .orderBy(sql`correlation_key collate "C"`)
    .forNoKeyUpdate()
    .execute()
  const [from, into] = [key, owner].map((about) => open.find(({ correlation_key }) => correlation_key === about)?.id)
  if (from === undefined) return []
  if (into !== undefined) return (await absorb(tx, { from, into, reason: text })) ? [from, into] : []
  await tx.updateTable('incident').set({ correlation_key: owner }).where('id', '=', from).execute()
  await record(tx, {
    stream: from,
    type: 'incident.recognised',
    actor: { kind: 'cordon', id: 'api' },
    text: `${text}: what is found of the user comes here`,
    refs: { incident: from },
    body: { correlationKey: owner },
  })
  return [from]
}
