import { sql } from 'kysely'
import type { Finding } from '#domain/finding'
import type { Tx } from '#store/database/database'
import { episodeTerms } from '#store/incidents/episode-terms'
import type { Ending } from '#store/incidents/incident-endings'
import { newIncidentId } from '#store/incidents/incident-id'
import { beginEpisode, lockIncident } from '#store/incidents/incident-verbs'
import { record } from '#store/log/events'

interface Before {
  /** What the finding is about. */
  readonly key: string
  /** The incident that the finding is in. */
  readonly former: string | undefined
  /** How the last closed incident about its entity ended. */
  readonly ending: Ending | undefined
}

/**
 * The open incident that the finding is already in, or that is about the same entity, or that the last one about it was merged into, or a
 * new one, which is shown beside the last. Its row is locked until the commit.
 */
export async function incidentFor(tx: Tx, finding: Finding, { key, former, ending }: Before): Promise<string> {
  const merged = ending?.mergedInto ?? undefined
  for (;;) {
    const open =
      (former === undefined ? undefined : await lockOpen(tx, 'id', former)) ??
      (await lockOpen(tx, 'correlation_key', key)) ??
      (merged === undefined ? undefined : await lockOpen(tx, 'id', merged))
    if (open !== undefined) {
      await follow(tx, open, { finding, isNew: former === undefined })
      return open
    }
    // Nothing when another transaction opened one at this moment: then it is there to be locked.
    const opened = await openIncident(tx, finding, { key, related: relatedTo(ending) })
    if (opened !== undefined) return opened
  }
}

const relatedTo = (ending: Ending | undefined): string | null =>
  ending?.isRecent === true ? (ending.mergedInto ?? ending.id) : null

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

interface Followed {
  readonly finding: Finding
  readonly isNew: boolean
}

async function follow(tx: Tx, incident: string, { finding, isNew }: Followed): Promise<void> {
  const { severityMilli, type } = finding
  const set = {
    severity_milli: sql<number>`greatest(severity_milli, ${severityMilli}::int)`,
    updated_at: sql<Date>`clock_timestamp()`,
  }
  await tx.updateTable('incident').set(set).where('id', '=', incident).execute()
  const row = await lockIncident(tx, incident)
  if (row.status !== 'recovered' || !(isNew || (await isAfterRecovery(tx, incident, finding)))) return
  const actor = { kind: 'detector', id: finding.source } as const
  await beginEpisode(tx, row, { actor, text: 'A finding after the recovery reopened the incident', reason: type })
}

/** A later version of a finding that is known may tell of what was before the end. */
async function isAfterRecovery(tx: Tx, incident: string, { updatedAt }: Finding): Promise<boolean> {
  const last = await tx
    .selectFrom('containment')
    .select((of) => of.fn.max('released_at').as('at'))
    .where('incident', '=', incident)
    .executeTakeFirst()
  return last?.at !== null && last?.at !== undefined && updatedAt > last.at.toISOString()
}

interface Opening {
  readonly key: string
  /** A closed incident about the same entity. */
  readonly related: string | null
}

async function openIncident(tx: Tx, finding: Finding, { key, related }: Opening): Promise<string | undefined> {
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
      related_to: related,
    })
    .onConflict((conflict) => conflict.column('correlation_key').where('status', '<>', 'closed').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (opened === undefined) return undefined
  await record(tx, {
    stream: opened.id,
    type: 'incident.opened',
    actor: { kind: 'cordon', id: 'api' },
    text: `Incident opened for ${type} in account ${account}${related === null ? '' : `; ${related} was about the same`}`,
    refs: { incident: opened.id, build, policy, ...(related === null ? {} : { related }) },
    body: { episode: 1, correlationKey: key },
  })
  return opened.id
}
