import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { JsonObject } from '#domain/json'
import type { Material, Records, Standing } from '#domain/records'
import { isAnsweredByRules } from '#domain/sampling'
import { answerWithinMs, wakesPeople } from '#domain/triage/priority'
import type { Judged, Judgement } from '#domain/verdict'
import type { Database, Tx } from '#store/database/database'
import { distinctFindings } from '#store/findings/distinct-findings'
import { requestEvidenceEarly } from '#store/investigations/evidence-requests'
import { record } from '#store/log/events'
import { openRecurrence } from '#store/triage/recurrence'
import { drawForReview } from '#store/triage/reviews'
import { makersOf, type VerdictMaker } from '#store/triage/verdict-makers'
import { lockIncident } from './incident-verbs.ts'
import { materialOf } from './material.ts'
import { enterPhase } from './phases.ts'
import { lastOverride, type OfEpisode, standingVerdict } from './standing-verdict.ts'

/** What a person said that it is, while that stands; else what the rules are to judge. */
export const judgingOf = async (db: Database, of: OfEpisode): Promise<Material | Standing> => {
  const standing = await standingVerdict(db, of)
  if (standing === undefined) return materialOf(db, of.incident)
  return db.transaction().execute((tx) => escalated(tx, of, standing))
}

type Kept = Parameters<Records['keepVerdict']>[0]

/**
 * Stores what the rules say, and which entries of the context they could see; told once, and again when it changes. With what rules do not answer by
 * themselves the phase escalate begins.
 */
export const keepVerdict = (db: Database, kept: Kept): Promise<Standing> =>
  db.transaction().execute(async (tx) => {
    const { incident, episode, judgement, uses } = kept
    const row = await lockIncident(tx, incident)
    // Somebody may have said what it is while the rules were at it.
    const standing = await standingVerdict(tx, kept)
    if (standing !== undefined) return escalated(tx, kept, standing)
    const reasons = judgement.reasons.map(({ text }) => text)
    const told = { verdict: judgement.verdict, reasons, priority: judgement.priority }
    if (row.episode !== episode) return { ...told, findings: [] }
    await countUses(tx, uses)
    const answerBy = await deadlineOf(tx, incident, judgement)
    const by = await makersOf(tx, kept)
    const isTold =
      row.verdict === told.verdict &&
      row.priority === told.priority &&
      row.reasons.join('\n') === reasons.join('\n') &&
      isDeepStrictEqual(row.verdict_by, by)
    if (!isTold) await tell(tx, kept, { answerBy, by })
    return escalated(tx, kept, { ...told, answerBy: answerBy?.toISOString() ?? null })
  })

/** Begins the phase escalate when the verdict is for people; a threat comes with what a runbook responds to. */
async function escalated(tx: Tx, { incident, episode }: OfEpisode, said: Judged): Promise<Standing> {
  if (!isAnsweredByRules(said.verdict)) await enterPhase(tx, { incident, episode, phase: 'escalate' })
  const { findings } = said.verdict === 'threat' ? await distinctFindings(tx, incident) : { findings: [] }
  return { ...said, findings: findings.map(({ finding }) => finding) }
}

/** What a person has to answer keeps its first deadline, or gets a nearer one: more findings give nobody more time. */
async function deadlineOf(tx: Tx, incident: string, judgement: Judgement): Promise<Date | null> {
  const isOpen = judgement.verdict === 'inconclusive'
  const seconds = answerWithinMs(judgement) / 1000
  const { answer_by } = await tx
    .updateTable('incident')
    .set({
      answer_by: isOpen ? sql<Date>`least(answer_by, clock_timestamp() + make_interval(secs => ${seconds}))` : null,
    })
    .where('id', '=', incident)
    .returning('answer_by')
    .executeTakeFirstOrThrow()
  return answer_by
}

async function countUses(tx: Tx, uses: Kept['uses']): Promise<void> {
  if (uses.length === 0) return
  await tx
    .insertInto('context_use')
    .values(uses.map(({ entry, finding }) => ({ entry, finding })))
    .onConflict((conflict) => conflict.columns(['entry', 'finding']).doUpdateSet({ at: sql<Date>`clock_timestamp()` }))
    .execute()
}

/** What people are called about and rules cannot judge. */
const isForEvidence = (judgement: Judgement): boolean => judgement.verdict === 'inconclusive' && wakesPeople(judgement)

interface Told {
  readonly answerBy: Date | null
  readonly by: readonly VerdictMaker[]
}

async function tell(tx: Tx, { incident, episode, context, judgement }: Kept, { answerBy, by }: Told): Promise<void> {
  const { verdict, confidence, priority, points, terms, severityMilli } = judgement
  const reasons = judgement.reasons.map(({ text }) => text)
  const { account } = await tx
    .updateTable('incident')
    .set({
      verdict,
      reasons,
      verdict_by: JSON.stringify(by),
      confidence,
      priority,
      priority_terms: JSON.stringify(terms),
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', incident)
    .returning('account')
    .executeTakeFirstOrThrow()
  const until = answerBy === null ? '' : `; a person answers by ${answerBy.toISOString()}`
  const former = await lastOverride(tx, { incident, episode })
  const before = former === undefined ? '' : `; ${former.name} had said ${former.verdict} before there was more`
  await record(tx, {
    stream: incident,
    type: 'incident.verdict',
    actor: { kind: 'cordon', id: 'worker' },
    text: `Verdict ${verdict}, ${priority}: ${reasons.join('; ')}${until}${before}`,
    refs: context === null ? {} : { context },
    body: {
      verdict,
      confidence,
      priority,
      points,
      severityMilli,
      episode,
      by: by as unknown as JsonObject[],
      terms: terms as unknown as JsonObject[],
      reasons: judgement.reasons as unknown as JsonObject[],
    },
  })
  if (isForEvidence(judgement)) await requestEvidenceEarly(tx, incident, account)
  await drawForReview(tx, { incident, verdict })
  await openRecurrence(tx, { incident, verdict })
}
