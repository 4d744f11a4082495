import type { PlanView as DescribedPlan } from '#api/schemas/plan'
import type { VoteChallenge } from '#console/parts/webauthn.ts'
import { ask, send } from '#console/shell/ask.ts'

/** The schema builds its statuses from a list, which leaves no type of them. */
export type PlanView = Omit<DescribedPlan, 'status'> & { readonly status: string }
export type Step = PlanView['steps'][number]
export type Call = Step['calls'][number]

const pathOf = (hash: string): string => `/api/plans/${encodeURIComponent(hash)}`

export const readPlan = (hash: string) => ask<PlanView>(pathOf(hash))
export const askForChallenge = (hash: string, decision: string) =>
  send<VoteChallenge>(`${pathOf(hash)}/votes/challenge`, { decision })
export const vote = (hash: string, body: object) => send<PlanView>(`${pathOf(hash)}/votes`, body)
export const breakGlass = (hash: string, reason: string) => send<PlanView>(`${pathOf(hash)}/break-glass`, { reason })
export const renewLease = (hash: string, body: { readonly for: string; readonly reason: string }) =>
  send<PlanView>(`${pathOf(hash)}/lease`, body)
export const reviewGlass = (hash: string, review: string) =>
  send<PlanView>(`${pathOf(hash)}/break-glass/review`, { review })

/** 201 is the plan itself; 202 says that it takes longer. */
export const askForUndo = (incident: string, body: object) =>
  send<{ readonly hash?: string; readonly plan?: null }>(`/api/incidents/${encodeURIComponent(incident)}/plans`, body)
