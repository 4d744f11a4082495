const MISUSE =
  'A mistake of a runbook’s author; none of the shipped runbooks makes it, and the test kit has a test of it.'
const DEFENCE = 'It cannot be reached on purpose: it is there for a moment between two processes.'
const NO_CONTEXT = 'The worlds of kept histories have no context; test/workflow/triage.test.ts changes one.'
const NOT_KEPT = 'No history that is kept goes through it yet.'

/** Lines with a part that no kept history goes through, and why. A line that is reached by now must go from here. */
export const excused: Readonly<Record<string, string>> = {
  "runbooks/compromised-instance.ts: const place = autoScalingGroup === null ? '' : ` and give ${autoScalingGroup} its size back`":
    NOT_KEPT,
  "runbooks/compromised-instance.ts: if (released.outcome !== 'contained') await handOver(released)": NOT_KEPT,
  "workflows/answer-requests.ts: await records.refuseRequest({ request, code: failure.type ?? 'internal', reason: failure.message })":
    DEFENCE,
  'workflows/answer-requests.ts: const failure = error instanceof ActivityFailure ? error.cause : undefined': DEFENCE,
  'workflows/answer-requests.ts: if (!(failure instanceof ApplicationFailure)) throw error': DEFENCE,
  'workflows/episode.ts: calls: async () => void (await Promise.all(calling)),': NOT_KEPT,
  'workflows/episode.ts: if (!isCancellation(error)) throw error': DEFENCE,
  'workflows/inspect-accounts.ts: if (!(error instanceof ActivityFailure)) throw error': DEFENCE,
  "workflows/inspect-accounts.ts: return isUntaken(error) ? { kind: 'untaken' } : { kind: 'failed', reason: error.cause?.message ?? error.message }":
    NOT_KEPT,
  'workflows/judge.ts: [...new Set(facts.map(({ entry }) => entry))].map((entry) => ({ entry, finding: finding.key })),':
    NO_CONTEXT,
  'workflows/misuse.ts: export const misuse = (message: string): ApplicationFailure =>': MISUSE,
  'workflows/pursue-plan.ts: if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error': DEFENCE,
  'workflows/respond-to-incident.ts: await Promise.race([closing, renewing, responding.then(() => closing)])':
    'Temporal suggests to continue as new after thousands of events.',
  'workflows/respond-to-incident.ts: await episode.calls()': NOT_KEPT,
  "workflows/respond-to-incident.ts: await records.notePreparation({ incident, episode, missing: check.kind === 'ready' ? [] : [check.reason] })":
    NOT_KEPT,
  'workflows/respond-to-incident.ts: const isSame = (one: Judged, other: Judged): boolean => one.verdict === other.verdict && one.priority === other.priority':
    NO_CONTEXT,
  'workflows/respond-to-incident.ts: if (last === undefined || toJudgeBy(before) > last.judgedBy || !isSame(said, last.said)) {':
    NO_CONTEXT,
  'workflows/respond-to-incident.ts: const ownBuild = (): string | undefined => workflowInfo().currentDeploymentVersion?.buildId':
    NOT_KEPT,
  'workflows/run-runbook.ts: if (error instanceof ActivityFailure) return explain(error.cause)':
    'Activities that a runbook asks for are repeated until they answer: none fails for good.',
  "workflows/run-runbook.ts: if (error instanceof ApplicationFailure) return `${error.type ?? 'internal'}: ${error.message}`":
    NOT_KEPT,
  'workflows/run-runbook.ts: return `runbook_failed: ${String(error)}`': MISUSE,
  "workflows/verbs.ts: if (plan === null) throw misuse('release needs the outcome of a containment that was carried out')":
    MISUSE,
  "workflows/verbs.ts: if (typeof why !== 'string' && why.outcome === 'superseded') return": NOT_KEPT,
  "workflows/verbs.ts: if (undo.kind === 'refused') return asJson(noPlan(undo))": DEFENCE,
  'workflows/verbs.ts: wait: async (duration) => {': 'No shipped runbook waits.',
  'workflows/verify-plan.ts: if (round < rounds) continue': NOT_KEPT,
}
