import type { PlanView as DescribedPlan } from '#api/schemas/plan'
import type { VoteChallenge } from '#console/parts/webauthn.ts'
import { ask, send } from '#console/shell/ask.ts'

/** The schema builds its statuses from a list, which leaves no type of them. */
export type PlanView = Omit<DescribedPlan, 'status'> & { readonly status: string }

const pathOf = (hash: string): string => `/api/plans/${encodeURIComponent(hash)}`

export const readPlan = (hash: string) => ask<PlanView>(pathOf(hash))
export const askForChallenge = (hash: string, decision: string) =>
  send<VoteChallenge>(`${pathOf(hash)}/votes/challenge`, { decision })
export const vote = (hash: string, body: object) => send<PlanView>(`${pathOf(hash)}/votes`, body)
