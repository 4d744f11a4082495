import { sql } from 'kysely'
import type { IncidentStatus, Phase } from '#domain/incident'
import type { Conclusion } from '#domain/investigation'
import { priorityOf, type RankedPriority } from '#domain/triage/priority'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { type IncidentRow, lockIncident, type PersonsVerb, type Woken } from '#store/incidents/incident-verbs'
import { materialOf } from '#store/incidents/material'
import { saidBy, versionsOf } from '#store/incidents/standing-verdict'
import { raiseWake } from '#store/incidents/wake'
import { record } from '#store/log/events'
import { openRecurrence } from '#store/triage/recurrence'
import { requireCited } from './cited.ts'
import { endClaim } from './claim-ends.ts'

const clock = sql<Date>`clock_timestamp()`

export type AnalystConclusion = PersonsVerb & Conclusion

/**
 * Keeps what a person concluded, as a labelled case for the rules. While no runbook responds it takes the place of the rules’ verdict until there is
 * another version of a finding, ends the claim and wakes the incident. Throws `not_found`, `conflict` before the rules have judged, and `unprocessable`
 * when it cites what the record does not have.
 */
export const giveVerdict = (db: Database, given: AnalystConclusion): Promise<Woken> =>
  db.transaction().execute(async (tx) => {
    const { incident, person } = given
    const row = await lockIncident(tx, incident)
    if (row.verdict === null)
      throw refusal('conflict', 'The rules have not judged it yet: look again in a moment, and say then what it is')
    await requireCited(tx, incident, given.evidence)
    const isOpen = isUndecided(row)
    const id = await keep(tx, given, row)
    if (isOpen) await override(tx, given, { row, id })
    await record(tx, {
      stream: incident,
      type: 'incident.analysed',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} says ${given.verdict}, where the verdict was ${row.verdict}: ${given.conclusion}${isOpen ? '' : '. It is kept as a case for the rules; what goes on goes on'}`,
      refs: { verdict: id },
      body: { verdict: given.verdict, confidence: given.confidence, evidence: [...given.evidence], overrides: isOpen },
    })
    return { incident, build: row.build, wakeDue: isOpen && (await raiseWake(tx, incident)) }
  })

const judging: readonly Phase[] = ['prepare', 'triage', 'escalate']

/** Whether the verdict still says what happens next: a threat has its runbook, and a closed incident its end. */
const isUndecided = ({ status, phase, verdict }: IncidentRow): boolean =>
  (status as IncidentStatus) === 'open' && judging.includes(phase as Phase) && verdict !== 'threat'

async function keep(tx: Tx, given: AnalystConclusion, row: IncidentRow): Promise<string> {
  const { incident, person, verdict, confidence, conclusion, evidence } = given
  const { id } = await tx
    .insertInto('analyst_verdict')
    .values({
      incident,
      episode: row.episode,
      person: person.id,
      verdict,
      confidence,
      conclusion,
      evidence: [...evidence],
      rules_verdict: row.verdict,
      versions: await versionsOf(tx, incident),
      overrides: isUndecided(row),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

interface Kept {
  readonly row: IncidentRow
  readonly id: string
}

async function override(tx: Tx, given: AnalystConclusion, { row, id }: Kept): Promise<void> {
  const { incident, person, verdict, confidence, conclusion } = given
  const { priority, terms } = await rank(tx, given, row)
  await tx
    .updateTable('incident')
    .set({
      verdict,
      confidence,
      priority,
      priority_terms: JSON.stringify(terms),
      reasons: [saidBy({ name: person.name, conclusion })],
      answer_by: null,
      updated_at: clock,
    })
    .where('id', '=', incident)
    .execute()
  await settleQuestion(tx, row, id)
  await endClaim(tx, incident, { how: 'answered' })
  await openRecurrence(tx, { incident, verdict })
}

async function rank(tx: Tx, given: AnalystConclusion, row: IncidentRow): Promise<RankedPriority> {
  const { cases } = await materialOf(tx, given.incident)
  return priorityOf({ verdict: given.verdict, confidence: given.confidence, severityMilli: row.severity_milli }, cases)
}

/** What the rules asked of people is answered. Its key is given free: they may ask again about what comes. */
async function settleQuestion(tx: Tx, { id: incident, episode }: IncidentRow, verdict: string): Promise<void> {
  await tx
    .updateTable('task')
    .set({ settled_at: sql<Date>`coalesce(settled_at, clock_timestamp())`, key: `verdict/${verdict}` })
    .where('incident', '=', incident)
    .where('episode', '=', episode)
    .where('key', '=', 'verdict')
    .execute()
}

/** What people concluded about the incident, oldest first. */
export async function analystVerdictsOn(db: Database, incident: string) {
  const versions = await versionsOf(db, incident)
  const rows = await db
    .selectFrom('analyst_verdict')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('at')
    .execute()
  return rows.map((row, index) => ({
    id: row.id,
    episode: row.episode,
    person: row.person,
    verdict: row.verdict,
    confidence: row.confidence,
    conclusion: row.conclusion,
    evidence: row.evidence,
    rulesVerdict: row.rules_verdict,
    stands: row.overrides && row.versions === versions && !rows.slice(index + 1).some(({ overrides }) => overrides),
    at: row.at.toISOString(),
  }))
}
