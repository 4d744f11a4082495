import { type Band, bandOf } from './finding.ts'

/** How soon something is dealt with while there is more than can be dealt with at once: 1 first. Also Temporal’s priority key. */
export type Urgency = 1 | 2 | 3 | 4

const urgencies: Readonly<Record<Band, Urgency>> = { critical: 1, high: 2, medium: 3, low: 4 }

export const urgencyOf = (severityMilli: number): Urgency => urgencies[bandOf(severityMilli / 1000)]

/** Whom to wake, and how urgent the incident is as far as the caller knows: it counts when its workflow is started. */
export interface IncidentWake {
  readonly incident: string
  readonly build: string
  readonly urgency?: Urgency
}

/** What goes past everybody who waits. */
export const MOST_URGENT: Urgency = 1
