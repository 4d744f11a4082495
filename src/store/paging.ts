import { CONSOLE, type ConfiguredChannel, type PageStatus, routeOf } from '#domain/channels'
import type { Policy } from '#domain/policy'
import type { PagedLevel } from '#domain/records'
import { ladderOfIncident } from './called-ladder.ts'
import type { Database, Tx } from './database.ts'
import { record } from './events.ts'
import { lockIncident } from './incident-verbs.ts'
import { isEnough } from './page-reach.ts'
import { everyone } from './people.ts'

export interface NewPage {
  readonly incident: string
  readonly key: string
  /** Of the ladder, counted from 0. */
  readonly level: number
  readonly text: string
  /** The plan whose votes it is about. */
  readonly plan?: string
}

/**
 * Pages everybody on a level of the ladder that is frozen for the incident; each person once for a key. The page is in the console at once; what a
 * channel outside still has to deliver is in the answer. A closed incident pages nobody.
 */
export const pagePeople = (
  db: Database,
  page: NewPage,
  configured: readonly ConfiguredChannel[],
): Promise<PagedLevel> =>
  db.transaction().execute(async (tx) => {
    const row = await lockIncident(tx, page.incident)
    // Whoever closed it in the meantime has answered every call.
    if (row.status === 'closed') return { outstanding: [], isEnough: true }
    const rung = (await ladderOfIncident(tx, row))[page.level]
    const level = rung?.level ?? page.level + 1
    if (rung !== undefined) await pageRung(tx, page, { rung, configured })
    const called = { incident: page.incident, key: page.key, level, plan: page.plan ?? null }
    return { outstanding: await outstandingOf(tx, page), isEnough: await isEnough(tx, called) }
  })

interface CalledRung {
  readonly rung: Policy['ladder'][number]
  readonly configured: readonly ConfiguredChannel[]
}

async function pageRung(tx: Tx, page: NewPage, { rung, configured }: CalledRung): Promise<void> {
  const { preferred } = routeOf(
    rung.channels,
    configured.map(({ name }) => name),
  )
  const status = preferred.length === 0 ? 'recorded' : 'sending'
  const known = new Set((await everyone(tx)).map(({ id }) => id))
  for (const person of rung.people)
    if (known.has(person)) await pagePerson(tx, page, { person, level: rung.level, status })
}

async function outstandingOf(tx: Tx, { incident, key }: NewPage): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('page')
    .select('id')
    .where('incident', '=', incident)
    .where('key', '=', key)
    .where('status', '=', 'sending')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

interface Paged {
  readonly person: string
  readonly level: number
  readonly status: PageStatus
}

async function pagePerson(tx: Tx, page: NewPage, { person, level, status }: Paged): Promise<void> {
  const { incident, key, text, plan = null } = page
  const sent = await tx
    .insertInto('page')
    .values({ incident, key, person, level, text, plan, status })
    .onConflict((conflict) => conflict.columns(['incident', 'key', 'person']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (sent === undefined) return
  await tx.insertInto('delivery').values({ page: sent.id, channel: CONSOLE, status: 'delivered' }).execute()
  await record(tx, {
    stream: incident,
    type: 'page.sent',
    actor: { kind: 'cordon', id: 'worker' },
    text: `${person} is paged (level ${level}, ${CONSOLE}): ${text}`,
    refs: { page: sent.id, person, ...(plan === null ? {} : { plan }) },
    body: { level, channel: CONSOLE },
  })
}
