import type { Suppressions } from '#api/schemas/accounting'
import type { ContextView, LabelList } from '#api/schemas/context'
import type { PrecisionView, ProblemList, Reviews } from '#api/schemas/investigation'
import { ask, send } from '#console/shell/ask.ts'

export type Suppression = Suppressions['suppressions'][number]
export type Review = Reviews['reviews'][number]
export type Precision = PrecisionView['precision'][number]
export type ProblemRow = ProblemList['problems'][number]
export type Label = LabelList['labels'][number]
export type ContextEntry = ContextView['entries'][number]

export const readSuppressions = () => ask<Suppressions>('/api/suppressions')
export const readReviews = () => ask<Reviews>('/api/triage/reviews')
export const readPrecision = () => ask<PrecisionView>('/api/triage/precision')
export const review = (incident: string, said: object) =>
  send(`/api/incidents/${encodeURIComponent(incident)}/review`, said)
export const readProblems = () => ask<ProblemList>('/api/problems')
export const explain = (problem: string, explanation: object) =>
  send(`/api/problems/${encodeURIComponent(problem)}`, explanation)
export const readLabels = (query: string) => ask<LabelList>(`/api/triage/labels?${query}`)
export const readContext = () => ask<ContextView>('/api/context')
