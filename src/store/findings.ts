import { type Insertable, sql } from 'kysely'
import type { NewEvent } from '#domain/events'
import { correlationKey, type Finding } from '#domain/finding'
import { type Urgency, urgencyOf } from '#domain/urgency'
import { incidentFor } from './correlation.ts'
import type { Database, Tx } from './database.ts'
import { contentDigest } from './digest.ts'
import { recordAll } from './events.ts'
import { retrying } from './retrying.ts'
import type { DB } from './schema.generated.ts'
import { raiseWakes } from './wake.ts'

/** One version of a finding, as it came. */
export interface ReceivedFinding {
  readonly finding: Finding
  /** The finding itself, out of its envelopes. */
  readonly raw: Readonly<Record<string, unknown>>
  /** How it came: provenance, never identity. */
  readonly channel: string
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
export async function receiveTogether(db: Database, all: readonly ReceivedFinding[]): Promise<readonly Received[]> {
  // An order in which two such transactions cannot wait for each other.
  const order = all.map((one, index) => ({ one, index, place: `${correlationKey(one.finding)} ${one.finding.key}` }))
  order.sort((one, other) => (one.place < other.place ? -1 : one.place > other.place ? 1 : one.index - other.index))
  const done: Received[] = []
  await retrying(() =>
    db.transaction().execute(async (tx) => {
      const known = await knownOf(
        tx,
        order.map(({ one }) => one.finding),
      )
      for (const { one, index } of order) done[index] = await receiveIn(tx, one, known)
      await writeDown(tx, known.unwritten)
      const due = new Set(await raiseWakes(tx, [...known.news]))
      for (const { index } of order) {
        const one = done[index]
        if (one?.outcome === 'accepted' && due.delete(one.incident)) done[index] = { ...one, wakeDue: true }
      }
    }),
  )
  return done
}

/** What the record says of the findings of a transaction, which keeps it up as it goes. */
interface Known {
  /** The incident of each finding that is not new. */
  readonly incidents: Map<string, string>
  /** Finding and digest of every version that is kept. */
  readonly versions: Set<string>
  readonly builds: Map<string, string>
  /** Incidents that have something new. */
  readonly news: Set<string>
  /** By entity: the incident that nothing has to begin anew, which is locked until the commit. */
  readonly open: Map<string, string>
  readonly unwritten: Unwritten
}

/** Rows of a transaction that are written together: most of the time of a large call is waiting for answers. */
interface Unwritten {
  /** How grave incidents are at least. */
  readonly graver: Map<string, number>
  /** By their keys: of several versions the current one is written. */
  readonly current: Map<string, Insertable<DB['finding']>>
  readonly versions: Insertable<DB['finding_version']>[]
  readonly events: NewEvent[]
}

/** Locks the findings, then reads them: at once for all, since most of the time of a large call is waiting for answers. */
async function knownOf(tx: Tx, all: readonly Finding[]): Promise<Known> {
  const keys = all.map(({ key }) => key)
  // Versions of one finding come one after the other, also while its first one has no row to lock.
  await sql`select pg_advisory_xact_lock(hashtextextended('finding/' || key, 0))
    from (select key from unnest(${keys}::text[]) with ordinality as asked (key, place) order by place offset 0) as ordered`.execute(
    tx,
  )
  const findings = await tx.selectFrom('finding').select(['key', 'incident']).where('key', 'in', keys).execute()
  const versions = await tx
    .selectFrom('finding_version')
    .select(['finding', 'digest'])
    .where('finding', 'in', keys)
    .execute()
  const entities = await openAbout(tx, [...new Set(all.map(correlationKey))])
  return {
    incidents: new Map(findings.map(({ key, incident }) => [key, incident])),
    versions: new Set(versions.map(({ finding, digest }) => versionKey(finding, digest))),
    builds: new Map(entities.map(({ id, build }) => [id, build])),
    news: new Set(),
    open: new Map(
      entities.flatMap(({ correlation_key, id, status }) => (status === 'recovered' ? [] : [[correlation_key, id]])),
    ),
    unwritten: { graver: new Map(), current: new Map(), versions: [], events: [] },
  }
}

/** The open incidents about the entities, locked in the order in which findings about them are taken in. */
const openAbout = (tx: Tx, entities: readonly string[]) =>
  tx
    .selectFrom('incident')
    .select(['id', 'correlation_key', 'status', 'build'])
    .where('correlation_key', 'in', entities)
    .where('status', '<>', 'closed')
    .orderBy(sql`correlation_key collate "C"`)
    .forNoKeyUpdate()
    .execute()

const versionKey = (finding: string, digest: string): string => `${digest} ${finding}`

async function receiveIn(tx: Tx, received: ReceivedFinding, known: Known): Promise<Received> {
  const { finding } = received
  const urgency = urgencyOf(finding.severityMilli)
  const former = known.incidents.get(finding.key)
  const digest = contentDigest(folded(received.raw))
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
  const isNewest = former === undefined || (await comesLast(tx, finding, digest))
  const incident = isNewest ? await openFor(tx, { finding, former }, known) : former
  if (isNewest) known.unwritten.current.set(finding.key, currentRow(finding, incident))
  else await countLate(tx, finding, incident)
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

/** Producers write the same version with other capitals in other channels. */
function folded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(folded)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(kept.map(([key, member]) => [key.toLowerCase(), folded(member)]))
}

/**
 * Whether no kept version is later: by time, then count, then content, so that every order of arrival ends in the same one.
 * Times are ISO 8601 in UTC, so their text sorts as they do.
 */
async function comesLast(tx: Tx, { key, updatedAt, count }: Finding, digest: string): Promise<boolean> {
  const later = await tx
    .selectFrom('finding_version')
    .select('digest')
    .where('finding', '=', key)
    .where(
      sql<boolean>`(updated_at collate "C", count, digest collate "C") > (${updatedAt}::text, ${count}::int, ${digest}::text)`,
    )
    .limit(1)
    .executeTakeFirst()
  return later === undefined
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
  updated_at: finding.updatedAt,
  count: finding.count,
  body: JSON.stringify(finding),
  raw: JSON.stringify(raw),
  channel,
})

const currentRow = (finding: Finding, incident: string): Insertable<DB['finding']> => ({
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
  { open, unwritten }: Known,
): Promise<string> {
  const key = correlationKey(finding)
  const locked = open.get(key)
  if (locked !== undefined && (former === undefined || former === locked)) {
    unwritten.graver.set(locked, Math.max(finding.severityMilli, unwritten.graver.get(locked) ?? 0))
    return locked
  }
  const incident = await incidentFor(tx, finding, former)
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
