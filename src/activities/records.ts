import type { Logger } from 'pino'
import type { ConfiguredChannel } from '#domain/channels'
import { type EvidenceKind, type EvidenceKinds, leftBehind } from '#domain/evidence'
import type { Records } from '#domain/records'
import type { IncidentWake } from '#domain/urgency'
import type { Database } from '#store/database/database'
import { lapseAppeal, repeatAppeal } from '#store/incidents/appeal-calls'
import { beginContainment, openEpisode } from '#store/incidents/episodes'
import { judgingOf, keepVerdict } from '#store/incidents/judging'
import { notePreparation } from '#store/incidents/preparation'
import { readRecord } from '#store/incidents/record-view'
import { handOver } from '#store/incidents/tasks'
import { answerVerb, openVerb, storeEvidence } from '#store/incidents/verb-calls'
import { pagePeople } from '#store/paging/paging'
import { closeStep, openPlan } from '#store/plans/carrying-out'
import { closePlan, closeWatch, type PlanWake, recordVerification } from '#store/plans/plan-ending'
import { expirePlan } from '#store/plans/plan-expiry'
import { requestOfKey, storePlan } from '#store/plans/proposals'
import { readRequest, readUndo, refuseRequest } from '#store/plans/undo'

export interface RecordsDeps {
  readonly db: Database
  /** Signals the incident’s workflow after a commit; a lost signal is repeated by the sweeper. */
  readonly wakeIncident: (wake: IncidentWake) => Promise<void>
  readonly log: Logger
  /** The channels that this installation has beside the console. */
  readonly configured: readonly ConfiguredChannel[]
}

/** The record, as workflows use it. Each may run twice and then answers what it stored first. */
export function createRecords(deps: RecordsDeps): Records {
  const { db, configured } = deps
  return {
    readRecord: ({ incident }) => db.transaction().execute((tx) => readRecord(tx, incident)),
    openEpisode: (question) => openEpisode(db, question),
    notePreparation: (entry) => notePreparation(db, { ...entry, configured }),
    judgeIncident: (asked) => judgingOf(db, asked),
    keepVerdict: (entry) => keepVerdict(db, entry),
    beginContainment: (entry) => beginContainment(db, entry),
    pagePeople: ({ episode, key, ...page }) =>
      pagePeople(db, { ...page, key: `${episode}/${key}/${page.level}` }, configured),
    repeatAppeal: (entry) => repeatAppeal(db, entry),
    lapseAppeal: (entry) => lapseAppeal(db, entry),
    handOver: (entry) => handOver(db, entry),

    openVerb: (call) => openVerb(db, call),
    answerVerb: (answer) => answerVerb(db, answer),
    storeEvidence: (entry) => storeEvidence(db, { ...entry, leftBehind: whatStays(entry) }),

    readRequest: ({ request }) => readRequest(db, request),
    refuseRequest: (entry) => refuseRequest(db, entry),
    readUndo: (wish) => readUndo(db, wish),
    storePlan: (proposal) => storePlan(db, proposal),
    expirePlan: ({ plan }) => expirePlan(db, plan),

    openPlan: ({ plan }) => openPlan(db, plan),
    closeStep: (end) => closeStep(db, end),
    recordVerification: (verified) => recordVerification(db, verified),
    closePlan: async (end) => wake(deps, await closePlan(db, end)),
    closeWatch: async (end) => wake(deps, await closeWatch(db, end)),
  }
}

/** What an investigation looked at is nothing yet to put right: a runbook that contains somebody collects its own. */
const whatStays = ({ key, kind, answer }: Parameters<Records['storeEvidence']>[0]): readonly string[] =>
  requestOfKey(key) !== null
    ? []
    : // The kind names the collector that gave the answer.
      leftBehind(kind as EvidenceKind, answer as unknown as EvidenceKinds[EvidenceKind]['answer'])

async function wake({ wakeIncident, log }: RecordsDeps, { incident, build, wakeDue }: PlanWake): Promise<void> {
  if (!wakeDue) return
  try {
    await wakeIncident({ incident, build })
  } catch (error) {
    log.warn({ err: error, incident }, 'A wake could not be signalled; the sweeper repeats it')
  }
}
