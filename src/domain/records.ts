import type { AppealKind } from '#domain/appeal'
import type { ReleaseReason } from '#domain/catalogue/entry'
import type { ActionName } from '#domain/catalogue/index'
import type { Activity, EvidenceRequest } from './evidence.ts'
import type { Observation } from './executor.ts'
import type { Finding } from './finding.ts'
import type { IncidentStatus } from './incident.ts'
import type { Json } from './json.ts'
import type { PlanStatus, StepOutcome, StepVerification } from './plan.ts'
import type { Proposal } from './proposal.ts'
import type { Principal } from './targets.ts'
import type { Case } from './triage/assessment.ts'
import type { Judged, Judgement } from './verdict.ts'

/** What the incident’s workflow reads each time it is woken. */
export interface RecordView {
  readonly status: IncidentStatus
  readonly episode: number
  /** The build that the episode is frozen to. */
  readonly build: string
  /** Whether somebody looks after it in this episode. */
  readonly isAcknowledged: boolean
  /** How many versions of findings it has. */
  readonly findings: number
  /** How many verdicts of people took the place of the rules’; not in histories from before there were any. */
  readonly verdicts?: number
  /** Which version of what is known of the surroundings is in force: the context and the lists of bad reputation, each of which counts again when it ends; not in older histories. */
  readonly surroundings?: number
  readonly plans: Readonly<Record<string, PlanView>>
  /** Requests of people that are not at their end: without an answer, or with a plan that is open or has drifted. */
  readonly requests: readonly string[]
  /** Pages that are on their way outside. */
  readonly outstanding: readonly string[]
  /** What people asked of others and nobody answered; not in histories from before they could. */
  readonly appeals?: readonly OpenAppeal[]
}

/** Somebody asked for help, or for the incident to be taken over. */
export interface OpenAppeal {
  readonly id: string
  readonly kind: AppealKind
  readonly text: string
}

export interface PlanView {
  readonly status: PlanStatus
  readonly reason: string | null
  readonly decideBy: string
}

/** How much there is to judge by: with every version of a finding, and every verdict of a person, there is more. */
export const toJudgeBy = ({ findings, verdicts = 0 }: Pick<RecordView, 'findings' | 'verdicts'>): number =>
  findings + verdicts

/** Whether something can be judged otherwise than when the record was like `before`. */
export const isMoreToJudge = (now: RecordView, before: RecordView): boolean =>
  toJudgeBy(now) > toJudgeBy(before) || (now.surroundings ?? 0) > (before.surroundings ?? 0)

/** What the rules are to judge. It is in the history, so that a replay judges the same. */
export interface Material {
  /** The digest of the context that the facts are from; null before there was one. */
  readonly context: string | null
  /** The gravest first. */
  readonly cases: readonly Case[]
  /** How many findings there are beyond those: they are for a person. */
  readonly beyond: number
}

/** What an episode begins with; the same on every restart. */
export interface Briefing {
  readonly incident: string
  readonly run: string
  readonly episode: number
  readonly account: string
  /** How long to wait on each level of the ladder that is frozen for the episode, and how often to begin again. */
  readonly ladder: { readonly waitsMs: readonly number[]; readonly repeat: number }
  readonly isAccountKnown: boolean
}

/** The episode that an incident is in, and its record at that moment. */
export interface Opened {
  readonly briefing: Briefing
  readonly record: RecordView
}

/** The verdict that stands. */
export interface Standing extends Judged {
  /** For a threat, what the incident’s runbook responds to; empty for anything else. */
  readonly findings: readonly Finding[]
}

export interface VerbCall {
  readonly incident: string
  readonly episode: number
  readonly position: number
  readonly verb: string
  readonly arguments: Json
  /** How many calls with the same verb and arguments came before in this run. */
  readonly nth: number
}

export type OpenedVerb =
  | { readonly kind: 'open'; readonly key: string; readonly plans: readonly string[] }
  | { readonly kind: 'answered'; readonly key: string; readonly outcome: Json }
  | { readonly kind: 'diverged'; readonly expected: string }

export type StoredPlan =
  | { readonly kind: 'stored'; readonly plan: string; readonly status: PlanStatus; readonly decideBy: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

/** A plan as the workflow that carries it out needs it; what is already done is not in it. */
export interface OpenedPlan {
  readonly incident: string
  readonly status: PlanStatus
  readonly outstanding: readonly { readonly index: number; readonly action: ActionName }[]
  readonly applied: number
  /** Why best-effort steps were not applied; the plan cannot be done any more. */
  readonly shortfalls?: readonly string[]
  readonly verifyAfterMs: readonly number[]
  /** Read-backs that are already recorded. */
  readonly rounds: number
  /** How long a containment is watched after it was read back; null when there is nothing to watch. */
  readonly watchMs: number | null
  /** For a containment: whose success after the containment would reopen it. */
  readonly principals: readonly Principal[]
}

/** What a person’s request for a plan asks, and the plans that were made for it, oldest first. */
export type RequestedPlan =
  | { readonly kind: 'proposal'; readonly proposal: Proposal; readonly plans: readonly string[] }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

/** What a request for evidence asks, and the key under which the answer is stored. */
export interface RequestedEvidence {
  readonly kind: 'evidence'
  readonly key: string
  readonly asked: EvidenceRequest
}

export interface PagedLevel {
  /** Pages that still have to be brought to their people by a channel outside; none when there is no such channel. */
  readonly outstanding: readonly string[]
  /** Whether the people who can know of the call are enough, if every outstanding page arrives. */
  readonly isEnough: boolean
}

/**
 * The record, as workflows use it. Every write has a natural key and inserts or leaves: a second call returns what the first one stored.
 * Times are the database’s.
 */
export interface Records {
  readRecord(question: { readonly incident: string }): Promise<RecordView>
  /** `run` names the run that asks: one that is not the episode’s first is told as a restart. */
  openEpisode(question: { readonly incident: string; readonly run: string }): Promise<Opened>
  /** Tells what is missing for a response, and begins the phase triage. */
  notePreparation(entry: {
    readonly incident: string
    readonly episode: number
    readonly missing: readonly string[]
  }): Promise<void>
  /** What there is to judge, for the rules of the workflow’s own build; or what a person said, while it stands, which begins the phase escalate as a verdict of rules does. */
  judgeIncident(question: { readonly incident: string; readonly episode: number }): Promise<Material | Standing>
  /** Stores what the rules say; the verdict of an episode is told once, and again when it changes. One that is for people begins the phase escalate. */
  keepVerdict(entry: {
    readonly incident: string
    readonly episode: number
    readonly context: string | null
    /** Which entries of the context fitted which findings. */
    readonly uses: readonly { readonly entry: string; readonly finding: string }[]
    readonly judgement: Judgement
  }): Promise<Standing>
  /** Begins the phase contain, and keeps which runbook responds; null when none does. */
  beginContainment(entry: {
    readonly incident: string
    readonly episode: number
    readonly runbook: string | null
  }): Promise<void>
  /** Pages a level of the ladder, counted from 0; each person once for a key and level. `plan` is the one whose votes it is about. */
  pagePeople(entry: {
    readonly incident: string
    readonly episode: number
    readonly key: string
    readonly level: number
    readonly text: string
    readonly plan?: string
  }): Promise<PagedLevel>
  /** Pages once more whom somebody asked, each once for a round; nobody when it is answered. */
  repeatAppeal(entry: { readonly incident: string; readonly appeal: string; readonly round: number }): Promise<void>
  /** Notes that nobody took the incident over in time, and tells whose it stays; once. */
  lapseAppeal(entry: { readonly incident: string; readonly appeal: string }): Promise<void>
  /** Opens a task for a responder; once for each key. */
  handOver(entry: {
    readonly incident: string
    readonly episode: number
    readonly key: string
    readonly text: string
  }): Promise<void>

  openVerb(call: VerbCall): Promise<OpenedVerb>
  answerVerb(answer: { readonly incident: string; readonly key: string; readonly outcome: Json }): Promise<void>
  storeEvidence(entry: {
    readonly incident: string
    readonly episode: number
    readonly key: string
    readonly kind: string
    readonly question: Json
    readonly answer: Json
  }): Promise<void>

  readRequest(question: {
    readonly incident: string
    readonly request: string
  }): Promise<RequestedPlan | RequestedEvidence>
  refuseRequest(entry: { readonly request: string; readonly code: string; readonly reason: string }): Promise<void>
  /** What undoing the plan would touch, for a release by a runbook. */
  readUndo(question: {
    readonly plan: string
    readonly release: ReleaseReason
    readonly verbKey: string
    readonly proposer: string
  }): Promise<RequestedPlan>
  storePlan(entry: {
    readonly incident: string
    readonly episode: number
    readonly revision: number
    readonly proposal: Proposal
    readonly observations: readonly Observation[]
  }): Promise<StoredPlan>
  /** Ends the plan when its decide-by is over and nothing decided it; returns what it is then. */
  expirePlan(question: { readonly plan: string }): Promise<PlanView>

  /** Keeps that the plan is under way, and that its first outstanding step is next. */
  openPlan(question: { readonly plan: string }): Promise<OpenedPlan>
  /** Keeps how the step ended, and that the one after it is next when the plan goes on. */
  closeStep(entry: { readonly plan: string; readonly step: number; readonly outcome: StepOutcome }): Promise<void>
  recordVerification(entry: {
    readonly plan: string
    readonly round: number
    readonly results: readonly StepVerification[]
  }): Promise<void>
  /** Ends the plan and wakes its incident. */
  closePlan(entry: {
    readonly plan: string
    readonly status: PlanStatus
    readonly reason: string | null
  }): Promise<void>
  /** Ends the watch over a containment: with discrepancies or successes of the principal it is reopened. */
  closeWatch(entry: {
    readonly plan: string
    readonly round: number
    readonly results: readonly StepVerification[]
    readonly activities: readonly Activity[]
  }): Promise<void>
}
