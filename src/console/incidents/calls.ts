import type { IncidentDetail, IncidentList, IncidentRow, TimelineEvent } from '#api/schemas/incident'
import type { PlanView } from '#console/plans/calls.ts'
import { ask } from '#console/shell/ask.ts'

export type { IncidentDetail, IncidentRow, TimelineEvent }

const pathOf = (id: string): string => `/api/incidents/${encodeURIComponent(id)}`

export const readIncidents = () => ask<IncidentList>('/api/incidents?limit=100')
export const readIncident = (id: string) => ask<IncidentDetail>(pathOf(id))
export const readTimeline = (id: string) =>
  ask<{ readonly events: readonly TimelineEvent[] }>(`${pathOf(id)}/timeline?limit=999`)
export const readPlans = (id: string) => ask<{ readonly plans: readonly PlanView[] }>(`${pathOf(id)}/plans`)
