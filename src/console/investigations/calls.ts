import type { EvidenceList, FindingList, IncidentDetail } from '#api/schemas/incident'
import type { Brief, Investigations } from '#api/schemas/investigation'
import { ask, send } from '#console/shell/ask.ts'

export type { Brief, IncidentDetail }
export type Investigation = Investigations['investigations'][number]
export type Evidence = EvidenceList['evidence'][number]
export type Finding = FindingList['findings'][number]
export type Question = IncidentDetail['questions'][number]

const pathOf = (incident: string): string => `/api/incidents/${encodeURIComponent(incident)}`

export const readInvestigations = () => ask<Investigations>('/api/investigations')
export const readSubject = (incident: string) => ask<IncidentDetail>(pathOf(incident))
export const readBrief = (incident: string) => ask<Brief>(`${pathOf(incident)}/brief`)
export const readEvidence = (incident: string) => ask<EvidenceList>(`${pathOf(incident)}/evidence`)
export const readFindings = (incident: string) => ask<FindingList>(`${pathOf(incident)}/findings`)

export const claim = (incident: string, taking: { readonly from?: string; readonly reason?: string } = {}) =>
  send(`${pathOf(incident)}/claim`, taking)
export const release = (incident: string) => ask(`${pathOf(incident)}/claim`, { method: 'DELETE' })
export const askForEvidence = (incident: string) => send<{ readonly asked: number }>(`${pathOf(incident)}/evidence`, {})
export const askQuestion = (incident: string, text: string) => send(`${pathOf(incident)}/questions`, { text })
export const answerQuestion = (
  { incident, question }: { readonly incident: string; readonly question: string },
  answer: object,
) => send(`${pathOf(incident)}/questions/${encodeURIComponent(question)}/answers`, answer)
export const giveVerdict = (incident: string, verdict: object) => send(`${pathOf(incident)}/verdict`, verdict)
