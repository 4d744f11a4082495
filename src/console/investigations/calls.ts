import type { EvidenceList, FindingList, IncidentDetail } from '#api/schemas/incident'
import type { Brief, Investigations } from '#api/schemas/investigation'
import { ask } from '#console/shell/ask.ts'

export type { Brief, IncidentDetail }
export type Investigation = Investigations['investigations'][number]
export type Evidence = EvidenceList['evidence'][number]
export type Finding = FindingList['findings'][number]
export type Question = IncidentDetail['questions'][number]

export const readInvestigations = () => ask<Investigations>('/api/investigations')
export const readBrief = (incident: string) => ask<Brief>(`/api/incidents/${encodeURIComponent(incident)}/brief`)
