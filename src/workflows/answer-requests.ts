import type { Briefing } from '#domain/records'
import type { FollowedRecord } from './follow-record.ts'
import { pursuePlan } from './pursue-plan.ts'
import { records } from './records.ts'

/** Takes up what people ask for by hand, side by side with the runbook, until the episode is closed. */
export async function answerRequests(briefing: Briefing, record: FollowedRecord): Promise<void> {
  const taken = new Set<string>()
  const fresh = (): readonly string[] => record.now().requests.filter((request) => !taken.has(request))
  const answering: Promise<void>[] = []
  while (!record.isOver()) {
    await record.until(() => record.isOver() || fresh().length > 0)
    for (const request of fresh()) {
      taken.add(request)
      answering.push(answerRequest(briefing, record, request))
    }
  }
  await Promise.all(answering)
}

async function answerRequest({ incident, episode }: Briefing, record: FollowedRecord, request: string): Promise<void> {
  const asked = await records.readRequest({ incident, request })
  if (asked.kind === 'refused') return records.refuseRequest({ request, code: asked.code, reason: asked.reason })
  const outcome = await pursuePlan({ incident, episode, record, proposal: asked.proposal, plans: asked.plans })
  const { plan, code = 'unprocessable', reason } = outcome
  if (plan === null) await records.refuseRequest({ request, code, reason })
}
