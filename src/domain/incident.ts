export const incidentStatuses = ['open', 'contained', 'recovered', 'closed'] as const
export type IncidentStatus = (typeof incidentStatuses)[number]

export const phases = ['prepare', 'triage', 'escalate', 'contain', 'recover'] as const
export type Phase = (typeof phases)[number]

export const verdicts = ['threat', 'benign-expected', 'inappropriate', 'posture', 'inconclusive'] as const
export type Verdict = (typeof verdicts)[number]

/** How a task ends: what was left behind is removed, kept by the person who says so, or shown to be benign; anything else is done. */
export const settlements = ['removed', 'kept', 'benign', 'done'] as const
export type Settlement = (typeof settlements)[number]

export const closureCodes = ['resolved', 'false-positive', 'benign', 'accepted-risk', 'duplicate'] as const
export type ClosureCode = (typeof closureCodes)[number]

/** What an incident waits for: computed from the record, never a status that somebody sets. */
export type WaitingFor =
  | { readonly what: 'votes'; readonly plan: string; readonly whom: readonly string[]; readonly until: string }
  | {
      readonly what: 'execution'
      readonly plan: string
      readonly whom: readonly string[]
      readonly until: string | null
    }
  | { readonly what: 'task'; readonly text: string; readonly whom: readonly string[]; readonly until: string | null }
  | { readonly what: 'cordon'; readonly text: string; readonly whom: readonly string[]; readonly until: string | null }
