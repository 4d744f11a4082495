import { sleep } from '@temporalio/workflow'
import type { Verbs } from 'cordon/runbook'
import { durationMs } from '#domain/durations'
import type { Json } from '#domain/json'
import { endingText, noPlan, type Outcome } from '#domain/outcome'
import type { ProposedAction } from '#domain/proposal'
import type { Episode } from './episode.ts'
import { reading } from './executor.ts'
import { misuse } from './misuse.ts'
import { pursuePlan } from './pursue-plan.ts'
import { type Recorded, recorder } from './recorder.ts'
import { records } from './records.ts'

/** The verbs of one run of a runbook. Each call is opened and answered under its key; a call that was answered is not done again. */
export function createVerbs(episodeNow: Episode, runbook: string): Verbs {
  const { incident, episode } = episodeNow.briefing
  const recorded = recorder({ incident, episode })
  const asked: Asked = { incident, episode, episodeNow, recorded, proposer: `runbook/${runbook}` }
  return {
    contain: (reason, wanted) => propose(asked, 'contain', { reason, wanted }),
    recover: (reason, wanted) => propose(asked, 'recover', { reason, wanted }),
    release: (contained, why) => release(asked, contained, why),
    collect: (request) => collect(asked, request),
    page: async (text) => {
      // The answer is only under which key: a run that starts over finds there whatever is not delivered yet.
      const key = await recorded('page', { text }, async (verbKey) => verbKey)
      await episodeNow.page({ key: String(key), level: FIRST_LEVEL, text })
    },
    wait: async (duration) => {
      const ms = durationMs(duration)
      if (ms === null) throw misuse(`wait takes a duration such as 30m or 2d, not ${duration}`)
      await recorded('wait', { duration }, () => sleep(ms).then(nothing))
    },
    handOver: (why) => handOver(asked, why),
  }
}

interface Asked {
  readonly incident: string
  readonly episode: number
  readonly episodeNow: Episode
  readonly recorded: Recorded
  readonly proposer: string
}

interface Wanted {
  readonly reason: string
  readonly wanted: readonly ProposedAction[]
}

async function propose(asked: Asked, verb: 'contain' | 'recover', { reason, wanted }: Wanted): Promise<Outcome> {
  const { episodeNow, recorded, proposer } = asked
  const outcome = await recorded(verb, { reason, wanted: asJson(wanted) }, async (verbKey, plans) => {
    const proposal = { verbKey, purpose: verb, reason, proposer, wanted }
    return asJson(await pursuePlan(episodeNow, { proposal, plans }))
  })
  return asOutcome(outcome)
}

async function release(asked: Asked, { plan }: Outcome, why: Parameters<Verbs['release']>[1]): Promise<Outcome> {
  if (plan === null) throw misuse('release needs the outcome of a containment that was carried out')
  const { episodeNow, recorded, proposer } = asked
  const outcome = await recorded('release', { plan, release: why }, async (verbKey, plans) => {
    const undo = await records.readUndo({ plan, release: why, verbKey, proposer })
    if (undo.kind === 'refused') return asJson(noPlan(undo))
    return asJson(await pursuePlan(episodeNow, { proposal: undo.proposal, plans }))
  })
  return asOutcome(outcome)
}

async function collect(
  { incident, episode, recorded }: Asked,
  { kind, question }: Parameters<Verbs['collect']>[0],
): Promise<never> {
  const answer = await recorded('collect', { kind, question: asJson(question) }, async (key) => {
    const found = asJson(await reading.collectEvidence({ incident, kind, question }))
    await records.storeEvidence({ incident, episode, key, kind, question: asJson(question), answer: found })
    return found
  })
  // The kind names the collector that gave the answer; the compiler cannot follow it through the record.
  return answer as never
}

async function handOver({ incident, episode, recorded }: Asked, why: string | Outcome): Promise<void> {
  // A person who replaced the plan has the incident already.
  if (typeof why !== 'string' && why.outcome === 'superseded') return
  const text = typeof why === 'string' ? why : endingText(why)
  await recorded('handOver', { text }, (key) => records.handOver({ incident, episode, key, text }).then(nothing))
}

const FIRST_LEVEL = 0

const nothing = (): null => null

/** Domain values are JSON by construction; this says so to the compiler. */
const asJson = (value: unknown): Json => value as Json

const asOutcome = (recorded: Json): Outcome => recorded as unknown as Outcome
