import { setTimeout as pause } from 'node:timers/promises'
import type { PlanView, WaitingRequest } from './answers.ts'
import type { Api } from './api.ts'
import { failure } from './failure.ts'

const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 500

/** Asks for a plan and waits until it is proposed, at most a minute. Throws when it is refused or takes longer. */
export async function requestPlan(api: Api, incident: string, body: unknown): Promise<PlanView> {
  const path = `/api/incidents/${encodeURIComponent(incident)}`
  let answer = await api.post<PlanView | WaitingRequest>(`${path}/plans`, body)
  const until = performance.now() + PATIENCE_MS
  while (!('hash' in answer)) {
    if (performance.now() >= until)
      throw failure(
        1,
        `Cordon took longer than ${PATIENCE_MS / 1000} s to answer request ${answer.request} for a plan: look again with cordon show ${incident}, and ask cordon doctor whether the worker runs`,
      )
    await pause(LOOK_EVERY_MS)
    answer = await api.get<PlanView | WaitingRequest>(`${path}/requests/${answer.request}`)
  }
  return answer
}
