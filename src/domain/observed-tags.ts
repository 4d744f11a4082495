import type { Observation } from './executor.ts'
import type { Policy } from './policy.ts'
import { asksForCare, PROTECTED_TAG, type Tags } from './tags.ts'
import { type Target, targetKey, targetText } from './targets.ts'

/** What the tags of a target mean for a plan. */
export interface TagsMeant {
  /** Those that the policy goes by; undefined where nobody read them. */
  readonly counting: Tags | undefined
  /** What approvers should know of them, in sentences. */
  readonly told: readonly string[]
}

interface Seen {
  readonly target: Target
  readonly observation: Observation | undefined
}

/** Whose tags they are: those of an instance’s sessions are their role’s. */
export const tagsKey = (target: Target): string => `${target.kind} ${targetKey(target)}`

/** Tags by `tagsKey`, as an earlier plan of the incident recorded them. */
export type EarlierTags = Readonly<Record<string, Tags>>

/**
 * Which tags the policy goes by. One that was not there when an earlier plan of the incident was made has come since: it is told, as
 * evidence, and asks for nothing. AWS does not say since when a tag is there, so that every other one counts.
 */
export function tagsMeant({ target, observation }: Seen, policy: Policy, earlier: EarlierTags): TagsMeant {
  const seen = observation?.kind === 'found' ? observation.tags : undefined
  if (seen === undefined) return { counting: undefined, told: [] }
  const named = Object.entries(seen).filter(([key]) => tagKeys(policy).has(key))
  const before = earlier[tagsKey(target)]
  const isLate = ([key, value]: readonly [string, string]): boolean => before !== undefined && before[key] !== value
  const counting = Object.fromEntries(named.filter((tag) => !isLate(tag)))
  return {
    counting,
    told: [
      ...named.filter(isLate).map(([key, value]) => lateText(target, key, value)),
      ...(asksForCare(counting) ? [careText(target)] : []),
    ],
  }
}

/** The tags that the policy goes by; others are nobody’s business. */
const tagKeys = ({ overrides = [], budgets: { tagGroups = [] } }: Policy): ReadonlySet<string> =>
  new Set([
    PROTECTED_TAG,
    ...overrides.flatMap((one) => Object.keys(one.for.tags ?? {})),
    ...tagGroups.map(({ tag }) => tag),
  ])

const lateText = (target: Target, key: string, value: string): string =>
  `${targetText(target)} got the tag ${key}=${value} during the incident: that is evidence, and asks for nothing more`

const careText = (target: Target): string =>
  `${targetText(target)} carries ${PROTECTED_TAG}: people are asked in any case, and one more than usual where there is one. Since when it carries it cannot be known`
