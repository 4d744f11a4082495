import type { Case, Cited, Reason, TriageRule } from '#domain/triage/assessment'
import { type ContextFact, type FactName, factIn } from '#domain/triage/facts'

/** A pure rule of triage; it runs inside the incident’s workflow, so it has no clock, no network and no disk. */
export function defineTriageRule(rule: TriageRule): TriageRule {
  return rule
}

/** A reason that rests on a member of the finding, named by its path as Cordon reads it, such as `remoteAddress`. */
export const because = ({ finding }: Case, path: string, text: string): Reason => ({
  text,
  cites: [{ kind: 'finding', finding: finding.key, path }],
})

/** A reason that rests on an entry of the organisation’s context, and on what of the finding fits it. */
export function becauseOf({ finding }: Case, fact: ContextFact, path = 'type'): Reason {
  const cites: readonly [Cited, Cited] = [
    { kind: 'context', entry: fact.entry },
    { kind: 'finding', finding: finding.key, path },
  ]
  return { text: `${fact.fact} by ${fact.entry}: ${fact.text}`, cites }
}

/** What the context says of the finding under that name; undefined when it says nothing. */
export const known = ({ context }: Case, fact: FactName): ContextFact | undefined => factIn(context, fact)
