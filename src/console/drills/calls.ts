import type { DrillRun, Drills } from '#api/schemas/drills'
import type { IncidentDetail, TimelineEvent } from '#api/schemas/incident'
import { type Answer, ask, send } from '#console/shell/ask.ts'

export type { DrillRun, Drills }

export const readDrills = () => ask<Drills>('/api/drills')
export const startDrill = (drill: { readonly name: string; readonly account: string }) =>
  send<DrillRun>('/api/drills', drill)

/** A run as it goes: its incident and what happened to it come when there is one. */
export interface Followed {
  readonly run: DrillRun
  readonly incident: Pick<IncidentDetail, 'id' | 'title' | 'phase' | 'waitingFor'> | null
  readonly events: readonly TimelineEvent[]
}

const runPath = (id: string): string => `/api/drills/${encodeURIComponent(id)}`

export async function follow(id: string): Promise<Answer<Followed>> {
  const run = await ask<DrillRun>(runPath(id))
  if (!run.ok) return run
  if (run.value.incident === null) return { ok: true, value: { run: run.value, incident: null, events: [] } }
  const path = `/api/incidents/${encodeURIComponent(run.value.incident)}`
  const [incident, timeline] = await Promise.all([
    ask<IncidentDetail>(path),
    ask<{ readonly events: readonly TimelineEvent[] }>(`${path}/timeline?limit=999`),
  ])
  if (!incident.ok) return incident
  if (!timeline.ok) return timeline
  return { ok: true, value: { run: run.value, incident: incident.value, events: timeline.value.events } }
}
