import { sql } from 'kysely'
import { correlationKey, type Finding } from '#domain/finding'
import type { Database, Tx } from './database.ts'
import { contentDigest } from './digest.ts'
import { episodeTerms } from './episode-terms.ts'
import { record } from './events.ts'
import { newIncidentId } from './incident-id.ts'
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
  const current = await tx
    .selectFrom('finding')
    .select(['incident', 'updated_at', 'count'])
    .where('key', '=', finding.key)
    .executeTakeFirst()
  const digest = contentDigest(folded(received.raw))
  if (current !== undefined && (await isKept(tx, finding.key, digest)))
    return answer(tx, received, { outcome: 'duplicate', incident: current.incident })

  const isNewer = current === undefined || comesAfter(finding, current)
  const incident = isNewer ? await incidentFor(tx, finding, current?.incident) : current.incident
  if (isNewer) await putCurrent(tx, finding, incident)
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

const comesAfter = (finding: Finding, current: { readonly updated_at: string; readonly count: number }): boolean =>
  finding.updatedAt > current.updated_at || (finding.updatedAt === current.updated_at && finding.count >= current.count)

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

/** The open incident that the finding is already in, or that is about the same entity, or a new one. Its row is locked until the commit. */
async function incidentFor(tx: Tx, finding: Finding, former: string | undefined): Promise<string> {
  const key = correlationKey(finding)
  for (;;) {
    const open =
      (former === undefined ? undefined : await lockOpen(tx, 'id', former)) ??
      (await lockOpen(tx, 'correlation_key', key))
    if (open !== undefined) {
      await follow(tx, open, finding)
      return open
    }
    // Nothing when another transaction opened one at this moment: then it is there to be locked.
    const opened = await openIncident(tx, finding, key)
    if (opened !== undefined) return opened
  }
}

async function lockOpen(tx: Tx, column: 'id' | 'correlation_key', value: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('incident')
    .select('id')
    .where(column, '=', value)
    .where('status', '<>', 'closed')
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.id
}

async function follow(tx: Tx, incident: string, { severityMilli }: Finding): Promise<void> {
  const set = {
    severity_milli: sql<number>`greatest(severity_milli, ${severityMilli}::int)`,
    updated_at: sql<Date>`clock_timestamp()`,
  }
  await tx.updateTable('incident').set(set).where('id', '=', incident).execute()
}

async function openIncident(tx: Tx, finding: Finding, key: string): Promise<string | undefined> {
  const { title, severityMilli, account, region, type } = finding
  const { build, policy } = await episodeTerms(tx)
  const opened = await tx
    .insertInto('incident')
    .values({
      id: newIncidentId(),
      correlation_key: key,
      title,
      severity_milli: severityMilli,
      account,
      region,
      build,
      policy_digest: policy,
    })
    .onConflict((conflict) => conflict.column('correlation_key').where('status', '<>', 'closed').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (opened === undefined) return undefined
  await record(tx, {
    stream: opened.id,
    type: 'incident.opened',
    actor: { kind: 'cordon', id: 'api' },
    text: `Incident opened for ${type} in account ${account}`,
    refs: { incident: opened.id, build, policy },
    body: { episode: 1, correlationKey: key },
  })
  return opened.id
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
