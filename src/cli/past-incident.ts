import type { Verdict } from '#domain/incident'
import type { Material } from '#domain/records'

/** An incident of the past, as rules of triage see it. */
export interface PastIncident extends Material {
  readonly incident: string
  readonly verdict: Verdict
  readonly priority: string | null
  readonly openedAt: string
}
