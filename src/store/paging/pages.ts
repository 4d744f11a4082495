import { sql } from 'kysely'
import { CONSOLE, type PageClass, type PageStatus } from '#domain/channels'
import type { JsonObject } from '#domain/json'
import { fits, type PageKind, pageKindOf } from '#domain/page-limit'
import { pageLimitOf } from '#domain/policy'
import type { Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { policyOf } from '#store/policy/policies'

export interface PageRow {
  readonly incident: string
  readonly key: string
  readonly person: string
  readonly level: number
  readonly text: string
  /** The plan whose votes it is about. */
  readonly plan: string | null
  /** Whether it calls, which is usual, or only tells. */
  readonly class?: PageClass
  readonly status: Extract<PageStatus, 'recorded' | 'sending'>
}

/** How the log tells of it. */
interface Told {
  readonly by: 'api' | 'worker'
  readonly text: string
  readonly body?: JsonObject
}

/**
 * Puts a page into the record and, with that, into the console; each person once for a key. When the person got too many in a short time it goes
 * nowhere else, and waits for their digest. Lock the pages of several people before the first.
 */
export async function insertPage(tx: Tx, page: PageRow, told: Told): Promise<void> {
  const isHeld = page.status === 'sending' && !(await hasPlace(tx, page))
  if (!isHeld) return void (await putPage(tx, page, told))
  const text = `${told.text} (held for the digest: too many pages in a short time)`
  await putPage(tx, { ...page, status: 'held' }, { ...told, text, body: { ...told.body, held: true } })
}

/** The only writer of pages. The id of the new one; undefined when there is one for the key already. */
export async function putPage(
  tx: Tx,
  page: Omit<PageRow, 'status'> & { readonly status: PageStatus },
  { by, text, body = {} }: Told,
): Promise<string | undefined> {
  const { incident, person, level, plan } = page
  const sent = await tx
    .insertInto('page')
    .values(page)
    .onConflict((conflict) => conflict.columns(['incident', 'key', 'person']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (sent === undefined) return undefined
  await tx.insertInto('delivery').values({ page: sent.id, channel: CONSOLE, status: 'delivered' }).execute()
  await record(tx, {
    stream: incident,
    type: 'page.sent',
    actor: { kind: 'cordon', id: by },
    text,
    refs: { page: sent.id, person, ...(plan === null ? {} : { plan }) },
    body: { level, channel: CONSOLE, ...body },
  })
  return sent.id
}

/** Pages of one person come one after the other, so that they are counted; of several, in one order everywhere. */
export async function lockPagesOf(tx: Tx, people: readonly string[]): Promise<void> {
  for (const person of people.toSorted())
    await sql`select pg_advisory_xact_lock(hashtextextended('pages/' || ${person}, 0))`.execute(tx)
}

async function hasPlace(tx: Tx, { incident, person, plan, level }: PageRow): Promise<boolean> {
  await lockPagesOf(tx, [person])
  const about = await tx
    .selectFrom('incident')
    .select(['severity_milli', 'policy_digest'])
    .where('id', '=', incident)
    .executeTakeFirstOrThrow()
  const limit = pageLimitOf(await policyOf(tx, about.policy_digest))
  const { sent } = await tx
    .selectFrom('page')
    .select((of) => of.fn.countAll<number>().as('sent'))
    .where('person', '=', person)
    .where('status', 'not in', ['recorded', 'held'])
    .where('class', '=', 'page')
    .where('digest', 'is', null)
    .where('sent_at', '>', sql<Date>`clock_timestamp() - make_interval(secs => ${limit.windowMs / 1000})`)
    .executeTakeFirstOrThrow()
  const kind: PageKind = pageKindOf({ severityMilli: about.severity_milli, plan, level })
  return fits(kind, Number(sent), limit)
}
