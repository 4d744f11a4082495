import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow'
import type { Json } from '#domain/json'
import type { RequestedEvidence } from '#domain/records'
import { type Episode, untilCancelled } from './episode.ts'
import { reading } from './executor.ts'
import { pursuePlan } from './pursue-plan.ts'
import { records } from './records.ts'

/** Takes up what people ask for by hand, side by side with the runbook, until the episode is closed. */
export async function answerRequests(episode: Episode): Promise<void> {
  const { record } = episode
  const taken = new Set<string>()
  const fresh = (): readonly string[] => record.now().requests.filter((request) => !taken.has(request))
  const answering: Promise<void>[] = []
  while (!record.isOver()) {
    await record.until(() => record.isOver() || fresh().length > 0)
    for (const request of fresh()) {
      taken.add(request)
      // When the episode is closed, the wait above ends first, and nobody is left to hear that these ended too.
      answering.push(untilCancelled(answerRequest(episode, request)))
    }
  }
  await Promise.all(answering)
}

async function answerRequest(episode: Episode, request: string): Promise<void> {
  const { incident } = episode.briefing
  const asked = await records.readRequest({ incident, request })
  if (asked.kind === 'evidence') return answerWithEvidence(episode, request, asked)
  if (asked.kind === 'refused') return records.refuseRequest({ request, code: asked.code, reason: asked.reason })
  const outcome = await pursuePlan(episode, { proposal: asked.proposal, plans: asked.plans })
  const { plan, code = 'unprocessable', reason } = outcome
  if (plan === null) await records.refuseRequest({ request, code, reason })
}

/** Reads what was asked for; what cannot be read is said in the place of an answer. */
async function answerWithEvidence({ briefing }: Episode, request: string, wanted: RequestedEvidence): Promise<void> {
  const { incident, episode } = briefing
  const { kind, question } = wanted.asked
  try {
    const found: unknown = await reading.collectEvidence({ incident, kind, question })
    await records.storeEvidence({
      incident,
      episode,
      key: wanted.key,
      kind,
      question: asJson(question),
      answer: asJson(found),
    })
  } catch (error) {
    const failure = error instanceof ActivityFailure ? error.cause : undefined
    if (!(failure instanceof ApplicationFailure)) throw error
    await records.refuseRequest({ request, code: failure.type ?? 'internal', reason: failure.message })
  }
}

/** Domain values are JSON by construction; this says so to the compiler. */
const asJson = (value: unknown): Json => value as Json
