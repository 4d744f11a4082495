import { sleep } from '@temporalio/workflow'
import type { Verbs } from 'cordon/runbook'
import { durationMs } from '#domain/durations'
import type { Json } from '#domain/json'
import type { Outcome } from '#domain/outcome'
import type { Proposal, ProposedAction } from '#domain/proposal'
import { reading } from './executor.ts'
import type { FollowedRecord } from './follow-record.ts'
import { diverged, misuse } from './misuse.ts'
import { pursuePlan } from './pursue-plan.ts'
import { records } from './records.ts'

export interface RunbookRun {
  readonly incident: string
  readonly episode: number
  readonly runbook: string
  readonly record: FollowedRecord
}

/** The verbs of one run of a runbook. Each call is opened and answered under its key; a call that was answered is not done again. */
export function createVerbs(run: RunbookRun): Verbs {
  const { incident, episode, record } = run
  const proposer = `runbook/${run.runbook}`
  const recorded = recorder(run)

  const planned = (verb: 'contain' | 'recover') => (reason: string, wanted: readonly ProposedAction[]) =>
    recorded(verb, { reason, wanted: asJson(wanted) }, async (verbKey, plans) => {
      const proposal: Proposal = { verbKey, purpose: verb, reason, proposer, wanted }
      return asJson(await pursuePlan({ incident, episode, record, proposal, plans }))
    }).then((outcome) => outcome as unknown as Outcome)

  return {
    contain: planned('contain'),
    recover: planned('recover'),
    release: async (contained, release) => {
      const { plan } = contained
      if (plan === null) throw misuse('release needs the outcome of a containment that was carried out')
      const outcome = await recorded('release', { plan, release }, async (verbKey, plans) => {
        const asked = await records.readUndo({ plan, release, verbKey, proposer })
        if (asked.kind === 'refused') return { outcome: 'failed', plan: null, reason: `${asked.code}: ${asked.reason}` }
        return asJson(await pursuePlan({ incident, episode, record, proposal: asked.proposal, plans }))
      })
      return outcome as unknown as Outcome
    },
    collect: async ({ kind, question }) => {
      const answer = await recorded('collect', { kind, question: asJson(question) }, async (key) => {
        const found = asJson(await reading.collectEvidence({ incident, kind, question }))
        await records.storeEvidence({ incident, episode, key, kind, question: asJson(question), answer: found })
        return found
      })
      return answer as never
    },
    page: async (text) => {
      await recorded('page', { text }, async (key) => {
        await records.pagePeople({ incident, episode, key, text })
        return null
      })
    },
    wait: async (duration) => {
      const ms = durationMs(duration)
      if (ms === null) throw misuse(`wait takes a duration such as 30m or 2d, not ${duration}`)
      await recorded('wait', { duration }, async () => {
        await sleep(ms)
        return null
      })
    },
    handOver: async (why) => {
      // A person who replaced the plan has the incident already.
      if (typeof why !== 'string' && why.outcome === 'superseded') return
      const text = typeof why === 'string' ? why : `The plan ended ${why.outcome}: ${why.reason}`
      await recorded('handOver', { text }, async (key) => {
        await records.handOver({ incident, episode, key, text })
        return null
      })
    },
  }
}

type Answer = (key: string, plans: readonly string[]) => Promise<Json>

function recorder({ incident, episode }: RunbookRun) {
  let position = 0
  const counts = new Map<string, number>()
  return async (verb: string, args: Json, answer: Answer): Promise<Json> => {
    const same = `${verb} ${JSON.stringify(args)}`
    const nth = counts.get(same) ?? 0
    counts.set(same, nth + 1)
    const opened = await records.openVerb({ incident, episode, position: position++, verb, arguments: args, nth })
    if (opened.kind === 'answered') return opened.outcome
    if (opened.kind === 'diverged') throw diverged(`${verb} was asked where the record shows ${opened.expected}`)
    const outcome = await answer(opened.key, opened.plans)
    await records.answerVerb({ incident, key: opened.key, outcome })
    return outcome
  }
}

/** Domain values are JSON by construction; this says so to the compiler. */
const asJson = (value: unknown): Json => value as Json
