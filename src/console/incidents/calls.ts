import type {
  EvidenceList,
  FindingList,
  IncidentDetail,
  IncidentList,
  IncidentRow,
  Timeline,
  TimelineEvent,
} from '#api/schemas/incident'
import type { PlanView } from '#console/plans/calls.ts'
import { ask, send } from '#console/shell/ask.ts'

export type { EvidenceList, IncidentDetail, IncidentList, IncidentRow, TimelineEvent }
export type FindingRow = FindingList['findings'][number]

const pathOf = (id: string): string => `/api/incidents/${encodeURIComponent(id)}`

/** `question` as `listQuestion` gives it. */
export const readIncidents = (question: string) => ask<IncidentList>(question)
export const readIncident = (id: string) => ask<IncidentDetail>(pathOf(id))
export const readTimeline = (id: string, cursor: string | null) =>
  ask<Timeline>(`${pathOf(id)}/timeline?limit=500${cursor === null ? '' : `&cursor=${cursor}`}`)
export const readPlans = (id: string) => ask<{ readonly plans: readonly PlanView[] }>(`${pathOf(id)}/plans`)
export const readFindings = (id: string) => ask<FindingList>(`${pathOf(id)}/findings`)
export const readEvidence = (id: string) => ask<EvidenceList>(`${pathOf(id)}/evidence`)

export const acknowledge = (id: string) => send(`${pathOf(id)}/acknowledge`, {})
export const comment = (id: string, text: string) => send(`${pathOf(id)}/comments`, { text })
export const askHelp = (id: string, body: object) => send(`${pathOf(id)}/help`, body)
export const handOver = (id: string, body: object) => send(`${pathOf(id)}/hand-over`, body)
export const claim = (id: string, taking: { readonly from?: string; readonly reason?: string } = {}) =>
  send(`${pathOf(id)}/claim`, taking)
export const releaseClaim = (id: string) => ask(`${pathOf(id)}/claim`, { method: 'DELETE' })
export const giveVerdict = (id: string, body: object) => send(`${pathOf(id)}/verdict`, body)
export const settleTask = (id: string, task: string, body: object) =>
  send(`${pathOf(id)}/tasks/${encodeURIComponent(task)}/settle`, body)
export const askQuestion = (id: string, text: string) => send(`${pathOf(id)}/questions`, { text })
export const answerQuestion = (id: string, question: string, answer: object) =>
  send(`${pathOf(id)}/questions/${encodeURIComponent(question)}/answers`, answer)
export const askEvidence = (id: string) => send<{ readonly asked: number }>(`${pathOf(id)}/evidence`, {})
export const close = (id: string, body: object) => send(`${pathOf(id)}/close`, body)
export const reopen = (id: string, body: object) => send(`${pathOf(id)}/reopen`, body)
export const merge = (id: string, body: object) => send(`${pathOf(id)}/merge`, body)
export const split = (id: string, body: object) => send<IncidentDetail>(`${pathOf(id)}/split`, body)
export const undoRegrouping = (id: string, regrouping: string, body: object) =>
  send(`${pathOf(id)}/regroupings/${encodeURIComponent(regrouping)}/undo`, body)
