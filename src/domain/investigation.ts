import type { Verdict } from './incident.ts'
import type { Confidence } from './triage/assessment.ts'
import type { Person } from './votes.ts'

/** What a person can say that an incident is; that nobody knows is what it was before. */
export const analystVerdicts = ['threat', 'inappropriate', 'posture', 'benign-expected'] as const satisfies Verdict[]
export type AnalystVerdict = (typeof analystVerdicts)[number]

/** What a person concluded, and what it rests on. */
export interface Conclusion {
  readonly verdict: AnalystVerdict
  readonly confidence: Confidence
  readonly conclusion: string
  /** Ids of evidence or findings of the incident, or `<finding key>#<member>`. */
  readonly evidence: readonly string[]
}

/** How long a claim holds; whoever needs longer claims it again. */
export const CLAIM_MS = 3_600_000

/** Words by which people who know about it are found: what kind of resource GuardDuty names, and who owns the asset. Source: GuardDuty, finding format. */
export const skillsFor = (types: readonly string[], owners: readonly string[]): readonly string[] => [
  ...new Set([...types.flatMap(resourceOf), ...owners].map((word) => word.toLowerCase())),
]

function resourceOf(type: string): readonly string[] {
  const resource = /^[^:]+:([A-Za-z0-9]+)\//.exec(type)?.[1]
  return resource === undefined ? [] : [resource]
}

export interface Candidates {
  readonly people: readonly Person[]
  /** How many claims each holds; whoever is not in it holds none. */
  readonly loads: ReadonlyMap<string, number>
  readonly skills: readonly string[]
}

/** Who may look into it: responders whose groups name one of the skills, or every responder when nobody’s do. */
function eligible({ people, skills }: Candidates): readonly Person[] {
  const responders = people.filter(({ roles }) => roles.includes('responder'))
  const skilled = responders.filter(({ groups }) => groups.some((group) => skills.includes(group.toLowerCase())))
  return skilled.length > 0 ? skilled : responders
}

/** Of those who may, the one who holds the fewest claims, by id among equals; null when there is nobody. */
export function suggested(candidates: Candidates): string | null {
  const { loads } = candidates
  const [first] = eligible(candidates).toSorted(
    (one, other) => (loads.get(one.id) ?? 0) - (loads.get(other.id) ?? 0) || (one.id < other.id ? -1 : 1),
  )
  return first?.id ?? null
}
