import type { IncidentDetail } from '#api/schemas/incident'
import type { Brief, Investigations } from '#api/schemas/investigation'
import { ask } from '#console/shell/ask.ts'

export type { Brief, IncidentDetail }
export type Investigation = Investigations['investigations'][number]

export const readInvestigations = () => ask<Investigations>('/api/investigations')
export const readBrief = (incident: string) => ask<Brief>(`/api/incidents/${encodeURIComponent(incident)}/brief`)
