const MISUSE =
  'A mistake of a runbook’s author; none of the shipped runbooks makes it, and the test kit has a test of it.'
const DEFENCE = 'It cannot be reached on purpose: it is there for a moment between two processes.'
const NOT_PLAYED = 'The test that goes through it keeps its history, and it was not played since: `npm run histories`.'

/** Lines with a part that no kept history goes through, and why. A line that is reached by now must go from here. */
export const excused: Readonly<Record<string, string>> = {
  'workflows/misuse.ts: export const misuse = (message: string): ApplicationFailure =>': MISUSE,
  'workflows/verbs.ts: wait: async (duration) => {': 'No shipped runbook waits.',
  "workflows/verbs.ts: if (plan === null) throw misuse('release needs the outcome of a containment that was carried out')":
    MISUSE,
  "workflows/verbs.ts: if (undo.kind === 'refused') return asJson(noPlan(undo))": DEFENCE,
  'workflows/run-runbook.ts: return `runbook_failed: ${String(error)}`': MISUSE,
  'workflows/run-runbook.ts: if (error instanceof ActivityFailure) return explain(error.cause)':
    'Activities that a runbook asks for are repeated until they answer: none fails for good.',
  'workflows/episode.ts: if (!isCancellation(error)) throw error': 'Calls fail only by their cancellation.',
  'workflows/pursue-plan.ts: } catch (error) {': DEFENCE,
  "workflows/pursue-plan.ts: const view = (): PlanView => record.now().plans[plan] ?? { status: 'proposed', reason: null, decideBy }":
    DEFENCE,
  'workflows/respond-to-incident.ts: await Promise.race([closing, renewing, responding.then(() => closing)])':
    'Temporal suggests to continue as new after thousands of events.',
  "runbooks/compromised-instance.ts: if (released.outcome !== 'contained') await handOver(released)": NOT_PLAYED,
  "runbooks/compromised-instance.ts: const place = autoScalingGroup === null ? '' : ` and give ${autoScalingGroup} its size back`":
    NOT_PLAYED,
  "runbooks/compromised-user-credentials.ts: if (credential.kind !== 'user-key') return handOver(`A credential of kind ${credential.kind} needs its own runbook`)":
    NOT_PLAYED,
  "runbooks/compromised-user-credentials.ts: if (rotated.outcome !== 'contained') return handOver(rotated)": NOT_PLAYED,
  'workflows/answer-requests.ts: await Promise.all(answering)': NOT_PLAYED,
  "workflows/answer-requests.ts: const { plan, code = 'unprocessable', reason } = outcome": NOT_PLAYED,
  'workflows/carry-out-plan.ts: if (!isUnderWay(opened.status)) return': NOT_PLAYED,
  'workflows/climb-ladder.ts: if (record.now().isAcknowledged) await record.until(isAnswered, roundMsOf(briefing))':
    NOT_PLAYED,
  'workflows/climb-ladder.ts: if (level === waitsMs.length - 1) await record.until(isHeard, Math.max(waitMs, endOfRound - Date.now()))':
    NOT_PLAYED,
  'workflows/episode.ts: calls: async () => void (await Promise.all(calling)),': NOT_PLAYED,
  'workflows/inspect-accounts.ts: export async function inspectAccounts(accounts: readonly string[]): Promise<AccountsInspection> {':
    NOT_PLAYED,
  'workflows/inspect-accounts.ts: const isUntaken = ({ cause }: ActivityFailure): boolean =>': NOT_PLAYED,
  'workflows/page-level.ts: const known = await delivering.deliverPages({ pages: outstanding })': NOT_PLAYED,
  "workflows/pursue-plan.ts: if (stored.kind === 'refused') return noPlan(stored)": NOT_PLAYED,
  "workflows/recorder.ts: if (opened.kind === 'answered') return opened.outcome": NOT_PLAYED,
  'workflows/respond-to-incident.ts: await episode.calls()': NOT_PLAYED,
  "workflows/respond-to-incident.ts: if (record.now().status !== 'closed' && record.now().build === ownBuild())":
    NOT_PLAYED,
  'workflows/respond-to-incident.ts: await continueAsNew<typeof respondToIncident>(incident)': NOT_PLAYED,
  'workflows/respond-to-incident.ts: return records.notePreparation({': NOT_PLAYED,
  "workflows/respond-to-incident.ts: await records.notePreparation({ incident, episode, missing: check.kind === 'ready' ? [] : [check.reason] })":
    NOT_PLAYED,
  "workflows/run-runbook.ts: const types = briefing.findings.map(({ type }) => type).join(', ')": NOT_PLAYED,
  "workflows/run-runbook.ts: if (error instanceof ApplicationFailure) return `${error.type ?? 'internal'}: ${error.message}`":
    NOT_PLAYED,
  "workflows/verbs.ts: if (typeof why !== 'string' && why.outcome === 'superseded') return": NOT_PLAYED,
  'workflows/verify-plan.ts: if (round < rounds) continue': NOT_PLAYED,
}
