import type { Band, Finding } from '#domain/finding'
import type { Verdict } from '#domain/incident'
import type { ContextFacts } from './facts.ts'

export const confidences = ['low', 'medium', 'high'] as const
export type Confidence = (typeof confidences)[number]

/** What a reason rests on, so that a person can look at the same thing. */
export type Cited =
  | { readonly kind: 'finding'; readonly finding: string; readonly path: string }
  | { readonly kind: 'context'; readonly entry: string }
  | { readonly kind: 'enrichment'; readonly id: string }

export interface Reason {
  readonly text: string
  readonly cites: readonly [Cited, ...Cited[]]
}

/** What one rule says of one finding. A benign verdict with no reason would be an archive: there is always one. */
export interface Assessment {
  readonly verdict: Verdict
  readonly confidence: Confidence
  /** The least severity that the finding has by this rule; a rule never makes a detector’s number smaller. */
  readonly severity?: Band
  readonly reasons: readonly [Reason, ...Reason[]]
}

/** A finding with what is known of its surroundings: all that a rule sees. */
export interface Case {
  readonly finding: Finding
  readonly context: ContextFacts
}

/**
 * How a rule counts. An ordinary one can only add gravity to what the others say; an exception answers in their place, and is there for what
 * people have approved.
 */
export type RuleWeight = 'ordinary' | 'exception'

/** A pure rule of triage: the same finding and context give the same assessment, today and in a replay. */
export interface TriageRule {
  /** In kebab-case; one of an organisation stands in for the shipped one with the same id. */
  readonly id: string
  readonly title: string
  /** GuardDuty’s own finding types; a trailing `*` stands for anything. */
  readonly handles: readonly string[]
  readonly weight?: RuleWeight
  /** Null when the rule has nothing to say of the finding. */
  readonly judge: (seen: Case) => Assessment | null
}
