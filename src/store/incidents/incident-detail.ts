import type { PageClass, PageStatus } from '#domain/channels'
import type { Confidence } from '#domain/triage/assessment'
import type { PriorityTerm } from '#domain/triage/priority'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { regroupingsOf } from '#store/findings/regrouping'
import { isSampleIncident } from '#store/findings/samples'
import { analystVerdictsOn } from '#store/investigations/analyst-verdicts'
import { claimsOn } from '#store/investigations/claims'
import { questionsOn } from '#store/investigations/questions'
import { deliveriesOf } from '#store/paging/deliveries'
import { problemsOf } from '#store/triage/problems'
import { appealsOn } from './appeal-answers.ts'
import { asRow, incidentQuery } from './views.ts'
import { waitingFor } from './waiting.ts'

/** The incident’s row and more. Throws `not_found`. */
export async function incidentDetail(db: Database, id: string) {
  const row = await incidentQuery(db).where('incident.id', '=', id).executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no incident ${id}`)
  const waits = await waitingFor(db, [row])
  const about = {
    ...asRow(row, waits.get(id) ?? null),
    environment: row.environment,
    episode: row.episode,
    reasons: row.reasons,
    // The worker writes both as it judged.
    confidence: row.confidence as Confidence | null,
    priorityTerms: row.priority_terms as unknown as readonly PriorityTerm[],
    runbook: row.runbook,
  }
  return {
    ...about,
    build: row.build,
    policy: row.policy_digest,
    acknowledgedBy: row.acknowledged_by,
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    closureCode: row.closure_code,
    lessons: row.lessons,
    closedAt: row.closed_at?.toISOString() ?? null,
    mergedInto: row.merged_into,
    related: await relatedOf(db, row),
    isSample: await isSampleIncident(db, id),
    regroupings: await regroupingsOf(db, id),
    ...(await investigated(db, id)),
    ...(await around(db, id, row.episode)),
  }
}

/** What people found out about it. */
async function investigated(db: Database, id: string) {
  const [claims, verdicts, questions, problems, appeals] = await Promise.all([
    claimsOn(db, id),
    analystVerdictsOn(db, id),
    questionsOn(db, id),
    problemsOf(db, id),
    appealsOn(db, id),
  ])
  return { claims, analystVerdicts: verdicts, questions, problems, appeals }
}

/** The incident that it is shown beside, and those that are shown beside it. */
async function relatedOf(db: Database, row: { readonly id: string; readonly related_to: string | null }) {
  const later = await db
    .selectFrom('incident')
    .select('id')
    .where('related_to', '=', row.id)
    .orderBy('opened_at')
    .limit(RELATED_SHOWN)
    .execute()
  return [...(row.related_to === null ? [] : [row.related_to]), ...later.map(({ id }) => id)]
}

const RELATED_SHOWN = 50

async function around(db: Database, id: string, episode: number) {
  const [tasks, comments, containments, pages, deliveries] = await Promise.all([
    db
      .selectFrom('task')
      .select(['id', 'text', 'whom', 'opened_at', 'settled_at'])
      .where('incident', '=', id)
      .where('episode', '=', episode)
      .orderBy('opened_at')
      .execute(),
    db.selectFrom('comment').select(['id', 'person', 'text', 'at']).where('incident', '=', id).orderBy('at').execute(),
    db.selectFrom('containment').selectAll().where('incident', '=', id).orderBy('since').execute(),
    db
      .selectFrom('page')
      .select(['id', 'person', 'level', 'text', 'plan', 'class', 'status', 'sent_at'])
      .where('incident', '=', id)
      .orderBy('sent_at')
      .execute(),
    deliveriesOf(db, id),
  ])
  return {
    tasks: tasks.map(({ opened_at, settled_at, ...task }) => ({
      ...task,
      openedAt: opened_at.toISOString(),
      settledAt: settled_at?.toISOString() ?? null,
    })),
    comments: comments.map((comment) => ({ ...comment, at: comment.at.toISOString() })),
    containments: containments.map(({ plan, step, target_key, since, released_at, release_reason, released_by }) => ({
      plan,
      step,
      target: target_key,
      since: since.toISOString(),
      releasedAt: released_at?.toISOString() ?? null,
      releaseReason: release_reason,
      releasedBy: released_by,
    })),
    pages: pages.map(({ sent_at, ...page }) => ({
      ...page,
      // Both columns’ check constraints have the lists.
      class: page.class as PageClass,
      status: page.status as PageStatus,
      sentAt: sent_at.toISOString(),
      deliveries: deliveries.filter(({ page: of }) => of === page.id).map(({ page: _, ...delivery }) => delivery),
    })),
  }
}

/** Every collected piece of evidence of the incident, oldest first. */
export async function evidenceOf(db: Database, incident: string) {
  const rows = await db
    .selectFrom('evidence')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('collected_at')
    .execute()
  return rows.map(({ id, kind, question, digest, body, collected_at }) => ({
    id,
    kind,
    question,
    digest,
    answer: body,
    collectedAt: collected_at.toISOString(),
  }))
}
