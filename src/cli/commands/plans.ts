import type { PlanView } from '#cli/answers'
import type { Api } from '#cli/api'
import { type Asked, option, type Run, required, word } from '#cli/command'
import { readDocument } from '#cli/document'
import { requestPlan } from '#cli/plan-request'
import { planText } from '#cli/text/plan'
import type { Decision } from '#domain/votes'

export const show: Run = async (asked) => shown(asked, await planOf(asked.api, word(asked)))

export const approve: Run = (asked) => vote(asked, 'approve', option(asked.options, 'reason'))
export const deny: Run = (asked) => vote(asked, 'deny', required(asked, 'reason'))
export const hold: Run = (asked) => vote(asked, 'hold', option(asked.options, 'reason'))
export const withdraw: Run = (asked) => vote(asked, 'withdraw', option(asked.options, 'reason'))

/** Approves the plan first: where policy asks for a passkey, that is done on the page of the plan before. */
export const breakGlass: Run = async (asked) => {
  const plan = `/api/plans/${encodeURIComponent(word(asked))}`
  const { votes } = await asked.api.get<PlanView>(plan)
  const { id } = await asked.api.get<{ readonly id: string }>('/api/me')
  const isApproved = votes.findLast(({ person }) => person === id)?.decision === 'approve'
  const reason = required(asked, 'reason')
  if (!isApproved) await asked.api.post<PlanView>(`${plan}/votes`, { decision: 'approve', reason })
  const path = `${plan}/break-glass`
  return shown(asked, await asked.api.post<PlanView>(path, { reason }))
}

export const review: Run = async (asked) => {
  const path = `/api/plans/${encodeURIComponent(word(asked))}/break-glass/review`
  return shown(asked, await asked.api.post<PlanView>(path, { review: required(asked, 'reason') }))
}

export const undo: Run = async (asked) => {
  const { incident, hash } = await planOf(asked.api, word(asked))
  const body = { undo: hash, reason: required(asked, 'reason'), release: option(asked.options, 'release') }
  return shown(asked, await requestPlan(asked.api, incident, body))
}

export const propose: Run = async (asked) =>
  shown(asked, await requestPlan(asked.api, word(asked), await readDocument(required(asked, 'file'))))

const planOf = (api: Api, hash: string): Promise<PlanView> => api.get(`/api/plans/${encodeURIComponent(hash)}`)

async function vote(asked: Asked, decision: Decision, reason: string | undefined): ReturnType<Run> {
  const path = `/api/plans/${encodeURIComponent(word(asked))}/votes`
  return shown(asked, await asked.api.post<PlanView>(path, { decision, reason }))
}

const shown = ({ screen }: Asked, plan: PlanView) => ({ document: plan, text: planText(plan, screen) })
