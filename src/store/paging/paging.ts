import { CONSOLE, type ConfiguredChannel, routeOf } from '#domain/channels'
import type { Policy } from '#domain/policy'
import type { PagedLevel } from '#domain/records'
import type { Database, Tx } from '#store/database/database'
import { lockIncident } from '#store/incidents/incident-verbs'
import { everyone } from '#store/people/people'
import { delegatesNow } from '#store/people/standing-in'
import { ladderOfIncident } from './called-ladder.ts'
import { isEnough } from './page-reach.ts'
import { insertPage, lockPagesOf } from './pages.ts'

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
  const people = rung.people.filter((person) => known.has(person))
  const delegates = await delegatesNow(tx)
  const { incident, key, text, plan = null } = page
  const { level } = rung
  const whom = recipients(people, delegates, known)
  await lockPagesOf(tx, [...whom.keys()])
  for (const [person, instead] of whom)
    await insertPage(
      tx,
      { incident, key, person, level, text, plan, status },
      {
        by: 'worker',
        text: `${person} is paged${standingFor(instead)} (level ${level}, ${CONSOLE}): ${text}`,
        body: instead.length === 0 ? {} : { for: instead },
      },
    )
}

/** Whom to page, and in whose place: a delegate who has no access any more stands for nobody. */
function recipients(
  people: readonly string[],
  delegates: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const whom = new Map<string, readonly string[]>()
  for (const person of people) {
    const delegated = delegates.get(person) ?? person
    const recipient = known.has(delegated) ? delegated : person
    whom.set(recipient, [...(whom.get(recipient) ?? []), ...(recipient === person ? [] : [person])])
  }
  return whom
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

const standingFor = (instead: readonly string[]): string =>
  instead.length === 0 ? '' : ` for ${instead.join(' and ')}`
