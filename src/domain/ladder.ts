import { compareNearness, covers, type Facts, nearnessOf, ORGANISATION } from './override.ts'
import type { Policy } from './policy.ts'
import type { Decided } from './ruling.ts'

/** What is known of an incident before there is a plan. */
export type IncidentFacts = Omit<Facts, 'action' | 'target' | 'tags'>

/** Whom the incident calls: the ladder of the nearest rule that has one, the first one of the file where two are as near. */
export function ladderFor(policy: Policy, incident: IncidentFacts): Decided<Policy['ladder']> {
  // A rule with a ladder goes by none of these.
  const facts = { ...incident, action: '', target: '', tags: {} }
  let found = { value: policy.ladder, by: 'ladder', nearness: ORGANISATION }
  for (const [index, rule] of (policy.overrides ?? []).entries()) {
    const { ladder } = rule.set
    const nearness = nearnessOf(rule, facts)
    if (ladder !== undefined && covers(rule, facts) && compareNearness(nearness, found.nearness) > 0)
      found = { value: ladder, by: `overrides.${index}.set.ladder`, nearness }
  }
  return { value: found.value, by: found.by }
}
