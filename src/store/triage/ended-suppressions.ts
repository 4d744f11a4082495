import { sql } from 'kysely'
import type { Context } from '#domain/context'
import { isSuppression } from '#domain/suppression'
import type { ArchiveFilter } from '#domain/targets'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { retrying } from '#store/database/retrying'
import { beginEpisode, lockIncident, type Woken } from '#store/incidents/incident-verbs'
import { raiseWake } from '#store/incidents/wake'
import { record } from '#store/log/events'
import { planFromBytes } from '#store/plans/plan-bytes'
import type { PlanRequestBody } from '#store/plans/requests'
import { contextInForce } from './contexts.ts'

/**
 * Asks for the removal of each filter at a producer whose suppression ended: by its time, or because the context in force has it no more or says
 * something else. A request like a person’s, so that a plan is made and people approve it; once a day until the filter is gone. Answers whom to wake.
 */
export async function endSuppressions(db: Database): Promise<readonly Woken[]> {
  const standing = await standingFilters(db)
  if (standing.length === 0) return []
  const { context } = await contextInForce(db)
  const now = await clock(db)
  const woken: Woken[] = []
  for (const { plan, incident, filters } of standing) {
    const why = filters.map((filter) => endOf(filter, context, now)).find((reason) => reason !== null)
    if (why !== undefined && why !== null)
      woken.push(...(await retrying(() => db.transaction().execute((tx) => askForEnd(tx, { plan, incident, why })))))
  }
  return woken
}

/** Why the filter has to go, or null. */
function endOf({ suppression }: ArchiveFilter, { entries }: Context, now: string): string | null {
  const entry = entries.filter(isSuppression).find(({ id }) => id === suppression.entry)
  if (Date.parse(now) >= Date.parse(suppression.until))
    return `Suppression ${suppression.entry} ended at ${suppression.until}`
  if (entry === undefined) return `Suppression ${suppression.entry} is no more in the context in force`
  const isSame =
    entry.until === suppression.until && entry.owner === suppression.owner && entry.reason === suppression.reason
  return isSame ? null : `Suppression ${suppression.entry} was changed: its filter says what was before`
}

interface Standing {
  readonly plan: string
  readonly incident: string
  readonly filters: readonly ArchiveFilter[]
}

/** Plans that made filters which nobody has taken away or was asked to since yesterday; one of them, where only that is looked at. */
async function standingFilters(db: Database | Tx, only: string | null = null): Promise<readonly Standing[]> {
  const { rows } = await sql<{ hash: string; incident: string; bytes: Buffer }>`
    select plan.hash, plan.incident, plan.bytes from plan join incident on incident.id = plan.incident
     where (${only}::text is null or plan.hash = ${only}) and plan.undoes is null and plan.status in ('done', 'partial') and incident.merged_into is null
       and exists (select from plan_step where plan_step.plan = plan.hash and plan_step.status in ('applied', 'done')
                      and plan_step.target_key like '%/archive-filter/%')
       and not exists (select from plan undo where undo.undoes = plan.hash
                          and undo.status in ('proposed', 'approved', 'executing', 'done'))
       and not exists (select from plan_request asked where asked.body ->> 'undo' = plan.hash
                          and asked.at > clock_timestamp() - interval '1 day')
       and not exists (select from incident other where other.correlation_key = incident.correlation_key
                          and other.id <> incident.id and other.status <> 'closed')
     order by plan.hash`.execute(db)
  return rows.map(({ hash, incident, bytes }) => ({
    plan: hash,
    incident,
    filters: planFromBytes(bytes).steps.flatMap(({ target }) => (target.kind === 'archive-filter' ? [target] : [])),
  }))
}

interface Ending {
  readonly plan: string
  readonly incident: string
  readonly why: string
}

async function askForEnd(tx: Tx, { plan, incident, why }: Ending): Promise<readonly Woken[]> {
  const row = await lockIncident(tx, incident)
  // Somebody asked, or another one of its entity was opened, since it was looked for.
  if ((await standingFilters(tx, plan)).length === 0) return []
  const reopened =
    row.status === 'closed' ? await beginEpisode(tx, row, { actor, text: 'A filter has to go', reason: why }) : null
  const body: PlanRequestBody = { undo: plan, release: 'false-positive', reason: why }
  const { id } = await tx
    .insertInto('plan_request')
    .values({ incident, person: null, body: JSON.stringify(body) })
    .returning('id')
    .executeTakeFirstOrThrow()
  await record(tx, {
    stream: incident,
    type: 'plan.requested',
    actor,
    text: `Cordon asks for the removal of a filter at GuardDuty: ${why}`,
    refs: { request: id, plan },
  })
  return [reopened ?? { incident, build: row.build, wakeDue: await raiseWake(tx, incident) }]
}

const actor = { kind: 'cordon', id: 'api' } as const
