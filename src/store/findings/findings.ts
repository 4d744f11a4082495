import { type Insertable, sql } from 'kysely'
import type { NewEvent } from '#domain/events'
import { correlationKey, type Finding, rankOf, saidBy } from '#domain/finding'
import type { RereadReason } from '#domain/reread'
import { type Urgency, urgencyOf } from '#domain/urgency'
import type { Database, Tx } from '#store/database/database'
import { retrying } from '#store/database/retrying'
import type { DB } from '#store/database/schema.generated'
import { raiseWakes } from '#store/incidents/wake'
import { contentDigest } from '#store/log/digest'
import { recordAll } from '#store/log/events'
import { absorbParts } from './attack-sequences.ts'
import { attest, rereadsOf } from './attesting.ts'
import { incidentFor } from './correlation.ts'
import { type Absorbing, entityIn, type Known, knownOf, type Unwritten, versionKey } from './known-findings.ts'
import { askAgain } from './rereads.ts'
import { versionDigest } from './version-digest.ts'

/** One version of a finding, as it came. */
export interface ReceivedFinding {
  readonly finding: Finding
  /** The finding itself, out of its envelopes. */
  readonly raw: Readonly<Record<string, unknown>>
  /** How it came: provenance, never identity. */
  readonly channel: string
  /** Its producer itself gave it when it was asked. */
  readonly isFromProducer?: true
  /** Why it is read again from its producer. */
  readonly again?: RereadReason
}

export interface Received {
  readonly outcome: 'accepted' | 'duplicate'
  readonly finding: string
  readonly incident: string
  readonly build: string
  /** The caller sends the signal after the commit. */
  readonly wakeDue: boolean
  readonly urgency: Urgency
}

/**
 * Takes in versions of findings: kept, correlated, told to the log, their incidents opened and woken, all in one transaction, and all
 * or none. The same version again changes nothing and answers where the first one went. Throws `unavailable` while nothing can handle incidents.
 */
export const receiveTogether = (
  db: Database,
  all: readonly ReceivedFinding[],
  absorbing: Absorbing = 'here',
): Promise<readonly Received[]> => retrying(() => db.transaction().execute((tx) => receiveAll(tx, all, absorbing)))

/** The same, inside the transaction of something else. */
export async function receiveAll(
  tx: Tx,
  all: readonly ReceivedFinding[],
  absorbing: Absorbing = 'here',
): Promise<readonly Received[]> {
  // An order in which two such transactions cannot wait for each other.
  const order = all.map((one, index) => ({ one, index, place: `${correlationKey(one.finding)} ${one.finding.key}` }))
  order.sort((one, other) => (one.place < other.place ? -1 : one.place > other.place ? 1 : one.index - other.index))
  const known = await knownOf(
    tx,
    order.map(({ one }) => one.finding),
    absorbing,
  )
  const done: Received[] = []
  for (const { one, index } of order) done[index] = await receiveIn(tx, one, known)
  await writeDown(tx, known.unwritten)
  await attest(tx, all)
  await askAgain(tx, await rereadsOf(tx, all, done))
  const moved = absorbing === 'here' ? await absorbParts(tx, known) : nothingMoved
  const due = new Set(await raiseWakes(tx, [...known.news]))
  return whereTheyAre(tx, { done, order: order.map(({ index }) => index), moved, due }, known)
}

const nothingMoved: ReadonlyMap<string, string> = new Map()

interface Done {
  readonly done: readonly Received[]
  readonly order: readonly number[]
  /** Incidents that ended in another one. */
  readonly moved: ReadonlyMap<string, string>
  /** Incidents that nobody has signalled yet. */
  readonly due: Set<string>
}

async function whereTheyAre(tx: Tx, { done, order, moved, due }: Done, known: Known): Promise<readonly Received[]> {
  const now = [...done]
  for (const index of order) {
    const one = done[index]
    if (one === undefined) continue
    const incident = moved.get(one.incident) ?? one.incident
    const build = await buildOf(tx, incident, known)
    now[index] = { ...one, incident, build, wakeDue: one.outcome === 'accepted' && due.delete(incident) }
  }
  return now
}

async function receiveIn(tx: Tx, received: ReceivedFinding, known: Known): Promise<Received> {
  const { finding } = received
  const urgency = urgencyOf(finding.severityMilli)
  const former = known.incidents.get(finding.key)
  const digest = versionDigest(received.raw)
  if (former !== undefined && known.versions.has(versionKey(finding.key, digest)))
    return {
      outcome: 'duplicate',
      finding: finding.id,
      incident: former,
      wakeDue: false,
      urgency,
      build: await buildOf(tx, former, known),
    }

  // Its earlier versions are to be seen by what comes.
  if (known.unwritten.current.has(finding.key)) await writeDown(tx, known.unwritten)
  const place = former === undefined ? FIRST : await placeOf(tx, finding, digest)
  const incident = former === undefined || place.isLatest ? await openFor(tx, { finding, former }, known) : former
  if (place.isCurrent) known.unwritten.current.set(finding.key, currentRow(received, incident))
  else await moveTo(tx, finding, incident)
  if (!place.isLatest) await countLate(tx, finding, incident)
  known.unwritten.versions.push(versionRow(received, digest))
  known.unwritten.events.push(receivedEvent(received, incident))
  known.incidents.set(finding.key, incident)
  known.versions.add(versionKey(finding.key, digest))
  known.news.add(incident)
  return {
    outcome: 'accepted',
    finding: finding.id,
    incident,
    wakeDue: false,
    urgency,
    build: await buildOf(tx, incident, known),
  }
}

/** How a version stands among those that are kept. */
interface Place {
  /** It tells of something later than all of them, in whatever form. */
  readonly isLatest: boolean
  /** It is what Cordon goes by: of the richest form, and of that the latest. */
  readonly isCurrent: boolean
}

const FIRST: Place = { isLatest: true, isCurrent: true }

/**
 * By form, then time, then count, then content, so that every order of arrival ends in the same one. The same moment in another form is nothing later.
 * Times are ISO 8601 in UTC, so their text sorts as they do.
 */
async function placeOf(tx: Tx, finding: Finding, digest: string): Promise<Place> {
  const { updatedAt, count } = finding
  const own = sql`(${updatedAt}::text, ${count}::int)`
  const rank = sql`${rankOf(finding)}::int`
  const { rows } = await sql<{ later: boolean | null; richer: boolean | null }>`
    select bool_or((updated_at collate "C", count) > ${own}
             or ((updated_at collate "C", count) = ${own} and (rank <> ${rank} or digest collate "C" > ${digest}))) as later,
           bool_or((rank, updated_at collate "C", count, digest collate "C") > (${rank}, ${updatedAt}::text, ${count}::int, ${digest}::text)) as richer
      from finding_version where finding = ${finding.key}`.execute(tx)
  return { isLatest: rows[0]?.later !== true, isCurrent: rows[0]?.richer !== true }
}

/** A version that comes late was once what the detector thought: an open incident is as grave as the gravest of them. */
async function countLate(tx: Tx, { severityMilli }: Finding, incident: string): Promise<void> {
  await tx
    .updateTable('incident')
    .set({ severity_milli: severityMilli, updated_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', incident)
    .where('status', '<>', 'closed')
    .where('severity_milli', '<', severityMilli)
    .execute()
}

/** The finding is where its latest version is, also when another one says what it is. */
async function moveTo(tx: Tx, { key }: Finding, incident: string): Promise<void> {
  await tx.updateTable('finding').set({ incident }).where('key', '=', key).where('incident', '<>', incident).execute()
}

/** Writes what is unwritten, and forgets it. */
async function writeDown(tx: Tx, { graver, current, versions, events }: Unwritten): Promise<void> {
  await becomeGraver(tx, graver)
  if (current.size > 0)
    await tx
      .insertInto('finding')
      .values([...current.values()])
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet(({ ref }) => ({
          type: ref('excluded.type'),
          severity_milli: ref('excluded.severity_milli'),
          incident: ref('excluded.incident'),
          body: ref('excluded.body'),
          updated_at: ref('excluded.updated_at'),
          count: ref('excluded.count'),
          likeness: ref('excluded.likeness'),
          attested_at: ref('excluded.attested_at'),
        })),
      )
      .execute()
  if (versions.length > 0) await tx.insertInto('finding_version').values(versions).execute()
  await recordAll(tx, events)
  graver.clear()
  current.clear()
  versions.length = 0
  events.length = 0
}

async function becomeGraver(tx: Tx, graver: ReadonlyMap<string, number>): Promise<void> {
  if (graver.size === 0) return
  await sql`
    update incident set severity_milli = greatest(severity_milli, graver.milli), updated_at = clock_timestamp()
      from unnest(${[...graver.keys()]}::text[], ${[...graver.values()]}::int[]) as graver (incident, milli)
     where incident.id = graver.incident`.execute(tx)
}

const versionRow = ({ finding, raw, channel }: ReceivedFinding, digest: string): Insertable<DB['finding_version']> => ({
  finding: finding.key,
  digest,
  rank: rankOf(finding),
  updated_at: finding.updatedAt,
  count: finding.count,
  body: JSON.stringify(finding),
  raw: JSON.stringify(raw),
  channel,
})

const currentRow = ({ finding }: ReceivedFinding, incident: string): Insertable<DB['finding']> => ({
  key: finding.key,
  finding_id: finding.id,
  source: finding.source,
  type: finding.type,
  account: finding.account,
  region: finding.region,
  severity_milli: finding.severityMilli,
  incident,
  body: JSON.stringify(finding),
  updated_at: finding.updatedAt,
  count: finding.count,
  likeness: contentDigest(saidBy(finding)),
  // Until its producer gave it.
  attested_at: null,
})

const receivedEvent = ({ finding, channel }: ReceivedFinding, incident: string): NewEvent => ({
  stream: incident,
  type: 'finding.received',
  actor: { kind: 'detector', id: finding.source },
  text: `${finding.source} reports ${finding.type}: ${finding.title}`,
  refs: { finding: finding.id, key: finding.key },
  body: { updatedAt: finding.updatedAt, count: finding.count, severityMilli: finding.severityMilli, channel },
})

/** A finding about an entity with an open incident only adds to it; anything else has its incident looked for, opened or begun anew. */
async function openFor(
  tx: Tx,
  { finding, former }: { readonly finding: Finding; readonly former: string | undefined },
  known: Known,
): Promise<string> {
  const { open, endings, unwritten } = known
  const key = entityIn(known, finding)
  const locked = open.get(key)
  if (locked !== undefined && (former === undefined || former === locked)) {
    unwritten.graver.set(locked, Math.max(finding.severityMilli, unwritten.graver.get(locked) ?? 0))
    return locked
  }
  const incident = await incidentFor(tx, finding, { key, former, ending: endings.get(key) })
  if (former === undefined) open.set(key, incident)
  return incident
}

async function buildOf(tx: Tx, incident: string, { builds }: Known): Promise<string> {
  const remembered = builds.get(incident)
  if (remembered !== undefined) return remembered
  const { build } = await tx.selectFrom('incident').select('build').where('id', '=', incident).executeTakeFirstOrThrow()
  builds.set(incident, build)
  return build
}
