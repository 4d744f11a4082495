import type { Diagnosis } from '#domain/doctor/check'
import type { ContextFacts } from '#domain/triage/facts'
import type { FoundOut } from './found-out.ts'
import type { Leased } from './leased.ts'

/** What the API answers, as far as the command shows it. Everything else stays in `--json`. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
}

export interface WaitingFor {
  readonly what: 'votes' | 'execution' | 'task' | 'cordon'
  readonly plan?: string
  readonly text?: string
  readonly whom: readonly string[]
  readonly until: string | null
}

export interface IncidentRow {
  readonly id: string
  readonly title: string
  readonly severity: number
  readonly band: string
  readonly status: 'open' | 'contained' | 'recovered' | 'closed'
  readonly phase: string
  readonly verdict: string | null
  readonly priority: string | null
  readonly answerBy: string | null
  readonly account: string
  readonly accountName: string | null
  readonly region: string
  readonly findingTypes: readonly string[]
  readonly waitingFor: WaitingFor | null
  readonly openedAt: string
  readonly updatedAt: string
}

export interface Containment {
  readonly plan: string
  readonly step: number
  readonly target: string
  readonly since: string
  readonly releasedAt: string | null
  readonly releaseReason: string | null
}

export interface IncidentDetail extends IncidentRow, FoundOut {
  readonly episode: number
  readonly reasons: readonly string[]
  readonly confidence: string | null
  readonly priorityTerms: readonly { readonly points: number; readonly text: string }[]
  readonly runbook: string | null
  readonly acknowledgedBy: string | null
  readonly appeals: readonly Record<'kind' | 'of' | 'by' | 'reason' | 'status', string>[]
  readonly closureCode: string | null
  readonly mergedInto: string | null
  readonly related: readonly string[]
  readonly isSample: boolean
  readonly regroupings: readonly {
    readonly id: string
    readonly kind: 'merge' | 'split'
    readonly from: string
    readonly into: string
    readonly findings: number
    readonly undoneAt: string | null
  }[]
  readonly tasks: readonly { readonly id: string; readonly text: string; readonly settledAt: string | null }[]
  readonly comments: readonly { readonly person: string; readonly text: string; readonly at: string }[]
  readonly containments: readonly Containment[]
  readonly pages: readonly {
    readonly person: string
    readonly level: number
    /** The plan whose votes it is about. */
    readonly plan: string | null
    readonly status: string
    readonly deliveries: readonly { readonly channel: string; readonly problem: string | null }[]
  }[]
}

export interface TimelineEvent {
  readonly id: number
  readonly stream?: string
  readonly at: string
  readonly type: string
  readonly actor: string
  readonly text: string
  readonly refs: Readonly<Record<string, string>>
}

export interface Change {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

export interface MadeCall extends Change {
  readonly operation: string
  readonly requestId: string | null
  readonly at: string
}

export interface PlanCall {
  readonly operation: string
  readonly resource: string
  readonly change: Change & { readonly via?: string }
  readonly made: readonly MadeCall[]
}

export interface PlanStep {
  readonly index: number
  readonly action: string
  readonly direction: 'apply' | 'revert'
  readonly target: { readonly kind: string; readonly account: string; readonly text: string }
  readonly status: string
  readonly text: string
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
  readonly reversible: boolean
  readonly residual: readonly string[]
  readonly calls: readonly PlanCall[]
  readonly outcome: unknown
  readonly endedAt: string | null
  readonly verifiedAt: string | null
}

export interface Verification {
  readonly round: number
  readonly at: string
  readonly discrepancies: unknown
}

interface Vote {
  readonly person: string
  readonly decision: string
  readonly reason: string | null
  readonly at: string
}

interface Quorum {
  readonly required: number
  readonly groups: number
  readonly given: number
  readonly eligible: number
}

export interface PlanView {
  readonly hash: string
  readonly shortHash: string
  readonly phrase: string
  readonly incident: string
  readonly purpose: string
  readonly reason: string
  readonly kind: 'contain' | 'recover' | 'undo'
  readonly proposer: string
  readonly tier: string
  readonly status: string
  readonly statusReason: string | null
  readonly steps: readonly PlanStep[]
  readonly quorum: Quorum & {
    /** Groups of which each must approve. */
    readonly from?: readonly string[]
  }
  readonly authors?: readonly string[]
  readonly votes: readonly Vote[]
  readonly breakGlass: {
    readonly person: string
    readonly reason: string
    readonly at: string
    readonly reviewBy: string
    readonly reviewedBy: string | null
    readonly review: string | null
  } | null
  /** Until when what it contained holds; null where it contained nothing. */
  readonly lease: Leased | null
  /** The change whose votes count as the quorum. */
  readonly standingApproval?: {
    readonly change: string
    readonly title: string
    readonly votes: readonly { readonly person: string; readonly decision: string; readonly at: string }[]
  } | null
  readonly proposedAt: string
  readonly decideBy: string
  readonly approvedAt: string | null
  readonly runBy: string | null
  readonly runWithinMs: number
  readonly closedAt: string | null
  readonly undoes: string | null
  readonly release: string | null
  readonly supersededBy: string | null
  readonly blastRadius: readonly string[]
  readonly verifications: readonly Verification[]
}

/** A request that took longer than the API waits. */
export interface WaitingRequest {
  readonly request: string
  readonly incident: string
  readonly plan: null
}

export interface Evidence {
  readonly id: string
  readonly kind: string
  readonly question: unknown
  readonly digest: string
  readonly answer: unknown
  readonly collectedAt: string
}

export interface FindingRow {
  readonly id: string
  readonly type: string | null
  readonly account: string | null
  readonly region: string | null
  readonly severity: number | null
  readonly state: string
  readonly incident: string | null
  readonly reason: string | null
  readonly receivedAt: string
}

export interface DrillRun {
  readonly id: string
  readonly name: string
  readonly findingId: string
  readonly findingIds: readonly string[]
  readonly incident: string | null
  readonly at: string
}

export interface Readiness {
  readonly status: string
  readonly parts: Readonly<Record<string, { readonly ok: boolean; readonly reason?: string }>>
}

/** What the api’s own doctor found. */
export interface Examination extends Diagnosis {
  readonly ok: boolean
  readonly at: string
}

export interface PolicyView {
  readonly digest: string
  readonly version: number
  readonly at: string
  readonly change: string | null
  readonly source: string
}

export type PolicyVersionRow = Omit<PolicyView, 'source'>

export interface Explained<T> {
  readonly value: T
  readonly by: string
  /** Null where no line of the file says it. */
  readonly line: number | null
}

interface PolicyBudget {
  readonly assets: number
  readonly windowMs: number
}

export interface PolicyExplanation {
  readonly version: number
  readonly account: string
  readonly isAccountKnown: boolean
  readonly environment: string
  readonly unit: string | null
  readonly action: string
  readonly target: string
  readonly at: string
  readonly mode: Explained<string>
  readonly tier: Explained<string>
  readonly quorum: Explained<{
    readonly required: number
    readonly groups: number
    readonly from: readonly string[]
  }> & { readonly from: Explained<readonly string[]> }
  readonly clocks: { readonly decideBy: Explained<number>; readonly runBy: Explained<number> }
  readonly budgets: { readonly automatic: Explained<PolicyBudget>; readonly approved: Explained<PolicyBudget> }
  readonly changeWindows: Explained<readonly unknown[]>
  readonly onTimeout: Explained<readonly string[]>
  readonly ladder: Explained<readonly unknown[]>
  readonly protected: (Explained<string> & { readonly instructions: string }) | null
  readonly frozen: { readonly to: string; readonly reason: string } | null
}

export interface ChangeRow {
  readonly id: string
  readonly kind: string
  readonly title: string
  readonly digest: string
  readonly shortHash: string
  readonly phrase: string
  readonly status: string
  readonly statusReason: string | null
  readonly proposer: string
  readonly proposedAt: string
  readonly decideBy: string
  readonly quorum: Quorum
  readonly votes: readonly Vote[]
}

export interface ChangeView extends ChangeRow {
  readonly differences: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[]
  readonly concerns: readonly string[]
}

export interface ContextView {
  readonly version: number
  readonly digest: string
  readonly at: string
  readonly change: string | null
  readonly entries: readonly {
    readonly id: string
    readonly kind: string
    readonly owner: string
    readonly reason: string
    readonly until?: string
    readonly findings: number
    readonly lastAt: string | null
  }[]
}

export interface ContextExplanation extends ContextFacts {
  readonly finding: string
  readonly type: string
}

export type AppliedContext =
  | { readonly kind: 'applied'; readonly digest: string }
  | { readonly kind: 'proposed'; readonly widenings: readonly string[]; readonly change: ChangeView }
