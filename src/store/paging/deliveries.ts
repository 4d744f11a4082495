import { sql } from 'kysely'
import {
  type Attempt,
  type Channel,
  CONSOLE,
  type ConfiguredChannel,
  type DeliveryStatus,
  type OutsideChannel,
  type PageStatus,
  type Route,
  routeOf,
} from '#domain/channels'
import type { Actor, NewEvent } from '#domain/events'
import { bandOf } from '#domain/finding'
import type { PageFacts } from '#domain/page-message'
import { failOverOf } from '#domain/policy'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { policyOf } from '#store/policy/policies'
import { ladderOfIncident } from './called-ladder.ts'

/** A page on its way. */
export interface DuePage {
  readonly facts: PageFacts
  readonly route: Route
  /** How long the preferred channels may still be tried before the others get the page; not positive when that is over. */
  readonly preferredMs: number
  readonly failOverMs: number
}

/** The page with what its policy says of its way, or null when it has arrived or was given up. */
export async function duePage(
  db: Database,
  id: string,
  configured: readonly ConfiguredChannel[],
): Promise<DuePage | null> {
  const row = await db
    .selectFrom('page')
    .innerJoin('incident', 'incident.id', 'page.incident')
    .leftJoin('person', 'person.id', 'page.person')
    .select(['page.incident', 'page.person', 'page.level', 'page.text', 'page.plan', 'page.class'])
    .select(['incident.title', 'incident.severity_milli', 'incident.policy_digest', 'incident.account'])
    .select(['incident.opened_at', 'person.name', 'person.email'])
    .select(sql<boolean>`exists (select from page as held where held.digest = page.id)`.as('is_digest'))
    .select(sql<number>`(extract(epoch from clock_timestamp() - page.sent_at) * 1000)::float8`.as('age_ms'))
    .where('page.id', '=', id)
    .where('page.status', '=', 'sending')
    .executeTakeFirst()
  if (row === undefined) return null
  const { incident, person, level, text, plan, title, severity_milli, policy_digest, name, email, age_ms, is_digest } =
    row
  const ladder = await ladderOfIncident(db, row)
  const failOverMs = failOverOf(await policyOf(db, policy_digest))
  const to = { id: person, name: name ?? person, ...(email === null ? {} : { email }) }
  return {
    facts: {
      id,
      incident,
      title,
      severity: bandOf(severity_milli / 1000),
      level,
      person: to,
      text,
      plan,
      isDigest: is_digest,
      isMessage: row.class === 'message',
    },
    route: routeOf(
      ladder.find((rung) => rung.level === level)?.channels,
      configured.map((channel) => channel.name),
    ),
    preferredMs: failOverMs - age_ms,
    failOverMs,
  }
}

export interface DeliveryKey {
  readonly page: string
  readonly channel: OutsideChannel
}

/** Notes that the page is about to be sent, before it is: `begun`, or how the delivery ended earlier; of a page that was taken back it failed. */
export async function beginAttempt(
  db: Database,
  { page, channel }: DeliveryKey,
): Promise<'begun' | 'delivered' | 'failed'> {
  const { rows } = await sql<{ status: string }>`
    insert into delivery as d (page, channel, status)
    select id, ${channel}, 'sending' from (select id from page where id = ${page} and status = 'sending' for share) as due
    on conflict (page, channel) do update
      set attempts = d.attempts + (d.status = 'sending')::int,
          at = case when d.status = 'sending' then clock_timestamp() else d.at end
    returning status`.execute(db)
  const status = rows[0]?.status ?? 'failed'
  return status === 'delivered' || status === 'failed' ? status : 'begun'
}

export interface EndedAttempt extends DeliveryKey {
  readonly attempt: Attempt
  /** Whether the channel is not tried again. */
  readonly isLast: boolean
}

/** Records what an attempt came to; the first end of a delivery stays, and is told. */
export const endAttempt = (db: Database, { page, channel, attempt, isLast }: EndedAttempt): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const isTaken = attempt.kind === 'taken'
    const failed = isLast ? 'failed' : 'sending'
    const ended = await tx
      .updateTable('delivery')
      .set({
        status: isTaken ? 'delivered' : failed,
        receipt: isTaken ? attempt.receipt : null,
        problem: isTaken ? null : attempt.problem,
        at: sql<Date>`clock_timestamp()`,
      })
      .where('page', '=', page)
      .where('channel', '=', channel)
      .where('status', '=', 'sending')
      .returning('attempts')
      .executeTakeFirst()
    if (ended === undefined || (!isTaken && !isLast)) return
    const word = isTaken
      ? `arrived by ${channel}: ${attempt.receipt}`
      : `could not be delivered by ${channel}: ${attempt.problem}`
    await tell(tx, page, (person) => ({
      type: isTaken ? 'page.delivered' : 'page.failed',
      text: `The page of ${person} ${word}`,
      body: { channel, attempts: ended.attempts },
    }))
  })

/** Ends the page by what its deliveries came to; says so when no channel but the console took it. */
export const endPage = (db: Database, page: string): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const tried = await tx
      .selectFrom('delivery')
      .select('status')
      .where('page', '=', page)
      .where('channel', '<>', CONSOLE)
      .execute()
    const isHeard = tried.some(({ status }) => status === 'delivered')
    const failed = tried.length === 0 ? 'recorded' : 'unheard'
    const status: PageStatus = isHeard ? 'delivered' : failed
    const ended = await tx
      .updateTable('page')
      .set({ status })
      .where('id', '=', page)
      .where('status', '=', 'sending')
      .returning('id')
      .executeTakeFirst()
    if (ended === undefined) return
    await tx.updateTable('page').set({ status }).where('digest', '=', page).where('status', '=', 'held').execute()
    if (status !== 'unheard') return
    await tell(tx, page, (person) => ({
      type: 'page.unheard',
      text: `No channel but the console took the page of ${person}`,
      body: {},
    }))
  })

/** Ends what is on its way of a closed incident: its pages stay in the console, and whoever still delivers them stops. */
export async function takeBackPages(tx: Tx, incident: string, actor: Actor): Promise<void> {
  const pages = await tx
    .updateTable('page')
    .set({ status: 'recorded' })
    .where('incident', '=', incident)
    .where('status', 'in', ['sending', 'held'])
    .returning('id')
    .execute()
  if (pages.length === 0) return
  await holdAgain(
    tx,
    pages.map(({ id }) => id),
  )
  const failed = await tx
    .updateTable('delivery')
    .set({ status: 'failed', problem: CLOSED_FIRST, at: sql<Date>`clock_timestamp()` })
    .where(
      'page',
      'in',
      pages.map(({ id }) => id),
    )
    .where('status', '=', 'sending')
    .returning(['page', 'channel', 'attempts'])
    .execute()
  for (const { page, channel, attempts } of failed)
    await tell(tx, page, (paged) => ({
      type: 'page.failed',
      actor,
      text: `The page of ${paged} is not sent by ${channel} any more: the incident was closed before it arrived`,
      body: { channel, attempts },
    }))
}

/** Calls about other incidents that a digest stood for wait for the next one. */
const holdAgain = (tx: Tx, digests: readonly string[]) =>
  tx.updateTable('page').set({ digest: null }).where('digest', 'in', digests).where('status', '=', 'held').execute()

const CLOSED_FIRST = 'The incident was closed before it arrived'

type Told = Pick<NewEvent, 'type' | 'text' | 'body'> & Partial<Pick<NewEvent, 'actor'>>

async function tell(tx: Tx, page: string, told: (person: string) => Told): Promise<void> {
  const { incident, person } = await tx
    .selectFrom('page')
    .select(['incident', 'person'])
    .where('id', '=', page)
    .executeTakeFirstOrThrow()
  await record(tx, {
    stream: incident,
    actor: { kind: 'cordon', id: 'worker' },
    refs: { page, person },
    ...told(person),
  })
}

/** Every delivery of the incident’s pages, with what the receivers said. */
export async function deliveriesOf(db: Database, incident: string) {
  const rows = await db
    .selectFrom('delivery')
    .innerJoin('page', 'page.id', 'delivery.page')
    .select(['delivery.page', 'delivery.channel', 'delivery.status', 'delivery.attempts'])
    .select(['delivery.receipt', 'delivery.problem', 'delivery.at'])
    .where('page.incident', '=', incident)
    .orderBy('delivery.at')
    .execute()
  return rows.map(({ at, ...row }) => ({
    ...row,
    channel: row.channel as Channel,
    status: row.status as DeliveryStatus,
    at: at.toISOString(),
  }))
}
