import type { Finding } from './finding.ts'
import type { Verdict } from './incident.ts'

/** How far back the same thing is a recurrence, in days. */
export const RECURRENCE_DAYS = 90

/** What was really so: what is expected, or a setting, comes again for reasons that are known. */
export const recurs = (verdict: Verdict): boolean => verdict === 'threat' || verdict === 'inappropriate'

/** An incident, as far as another one can be about the same. */
export interface Recurring {
  readonly correlationKey: string
  readonly findings: readonly {
    readonly finding: Finding
    readonly owners: readonly string[]
    readonly repositories?: readonly string[]
  }[]
}

/** What an incident is about, in texts that another one about the same shares: its entity, its access keys, the repositories that it comes from, and for each owner what happened. */
export const subjectsOf = ({ correlationKey, findings }: Recurring): readonly string[] => [
  ...new Set([`entity ${correlationKey}`, ...findings.flatMap(aboutIt)]),
]

const aboutIt = ({ finding, owners, repositories = [] }: Recurring['findings'][number]): readonly string[] => [
  ...('accessKeyId' in finding.credential ? [`access key ${finding.credential.accessKeyId}`] : []),
  ...repositories.map((repository) => `repository ${repository}`),
  ...owners.map((owner) => `${finding.type} at ${owner}`),
]

/** What both are about. */
export const sharedSubjects = (one: Recurring, other: Recurring): readonly string[] => {
  const others = new Set(subjectsOf(other))
  return subjectsOf(one).filter((subject) => others.has(subject))
}
