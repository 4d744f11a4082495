import { sql } from 'kysely'
import { correlationKey, type Finding } from '#domain/finding'
import { incidentFor } from './correlation.ts'
import type { Database, Tx } from './database.ts'
import { contentDigest } from './digest.ts'
import { record } from './events.ts'
import { retrying } from './retrying.ts'
import { raiseWake } from './wake.ts'

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
}

/**
 * Takes in one version of a finding: kept, correlated, told to the log, its incident opened and woken, all in one transaction.
 * The same version again changes nothing and answers where the first one went. Throws `unavailable` while nothing can handle incidents.
 */
export const receiveFinding = (db: Database, received: ReceivedFinding): Promise<Received> =>
  retrying(() => db.transaction().execute((tx) => receiveIn(tx, received)))

/** Takes in many in one transaction, in an order in which two such transactions cannot wait for each other. All or none. */
export async function receiveTogether(db: Database, all: readonly ReceivedFinding[]): Promise<readonly Received[]> {
  const order = all.map((one, index) => ({ one, index, place: `${correlationKey(one.finding)} ${one.finding.key}` }))
  order.sort((one, other) => (one.place < other.place ? -1 : one.place > other.place ? 1 : one.index - other.index))
  const done: Received[] = []
  await retrying(() =>
    db.transaction().execute(async (tx) => {
      for (const { one, index } of order) done[index] = await receiveIn(tx, one)
    }),
  )
  return done
}

async function receiveIn(tx: Tx, received: ReceivedFinding): Promise<Received> {
  const { finding } = received
  // Versions of one finding come one after the other, also while its first one has no row to lock.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`finding/${finding.key}`}, 0))`.execute(tx)
  const current = await tx.selectFrom('finding').select('incident').where('key', '=', finding.key).executeTakeFirst()
  const digest = contentDigest(folded(received.raw))
  if (current !== undefined && (await isKept(tx, finding.key, digest)))
    return answer(tx, received, { outcome: 'duplicate', incident: current.incident })

  const isNewest = current === undefined || (await comesLast(tx, finding, digest))
  const incident = isNewest ? await incidentFor(tx, finding, current?.incident) : current.incident
  if (isNewest) await putCurrent(tx, finding, incident)
  else await countLate(tx, finding, incident)
  await keepVersion(tx, received, digest)
  await tellReceived(tx, received, incident)
  return answer(tx, received, { outcome: 'accepted', incident })
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

async function isKept(tx: Tx, finding: string, digest: string): Promise<boolean> {
  const row = await tx
    .selectFrom('finding_version')
    .select('digest')
    .where('finding', '=', finding)
    .where('digest', '=', digest)
    .executeTakeFirst()
  return row !== undefined
}

async function keepVersion(tx: Tx, { finding, raw, channel }: ReceivedFinding, digest: string): Promise<void> {
  const { key, updatedAt, count } = finding
  await tx
    .insertInto('finding_version')
    .values({
      finding: key,
      digest,
      updated_at: updatedAt,
      count,
      body: JSON.stringify(finding),
      raw: JSON.stringify(raw),
      channel,
    })
    .execute()
}

async function putCurrent(tx: Tx, finding: Finding, incident: string): Promise<void> {
  const { key, id, source, type, account, region, severityMilli, updatedAt, count } = finding
  const version = {
    severity_milli: severityMilli,
    incident,
    body: JSON.stringify(finding),
    updated_at: updatedAt,
    count,
  }
  await tx
    .insertInto('finding')
    .values({ key, finding_id: id, source, type, account, region, ...version })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ type, ...version }))
    .execute()
}

async function tellReceived(tx: Tx, { finding, channel }: ReceivedFinding, incident: string): Promise<void> {
  await record(tx, {
    stream: incident,
    type: 'finding.received',
    actor: { kind: 'detector', id: finding.source },
    text: `${finding.source} reports ${finding.type}: ${finding.title}`,
    refs: { finding: finding.id, key: finding.key },
    body: { updatedAt: finding.updatedAt, count: finding.count, severityMilli: finding.severityMilli, channel },
  })
}

async function answer(
  tx: Tx,
  { finding }: ReceivedFinding,
  { outcome, incident }: Pick<Received, 'outcome' | 'incident'>,
): Promise<Received> {
  const { build } = await tx.selectFrom('incident').select('build').where('id', '=', incident).executeTakeFirstOrThrow()
  const wakeDue = outcome === 'accepted' && (await raiseWake(tx, incident))
  return { outcome, finding: finding.id, incident, build, wakeDue }
}
