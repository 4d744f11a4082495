import { durationMs } from '#domain/durations'
import { endingText, type Outcome } from '#domain/outcome'
import type { ProposedAction } from '#domain/proposal'
import type { DeclaredCall } from '#domain/state'
import { pursue } from './test-plan.ts'
import { isPutBack, type TestRun, tell } from './test-run.ts'
import type { Verbs } from './verbs.ts'

/** The verbs over memory; what they decide is decided by the same functions as in Cordon. */
export function testVerbs(run: TestRun): Verbs {
  let calls = 0
  const key = (): string => `call-${calls++}`
  const propose = (purpose: 'contain' | 'recover', reason: string, wanted: readonly ProposedAction[]): Outcome =>
    pursue(run, { verbKey: key(), purpose, reason, proposer: proposerOf(run), wanted })
  return {
    contain: async (reason, steps) => propose('contain', reason, steps),
    recover: async (reason, steps) => propose('recover', reason, steps),
    release: async (contained, why) => release(run, { contained, why, verbKey: key() }),
    async collect({ kind }) {
      const answer = run.world.evidence?.[kind]
      if (answer === undefined)
        throw new TypeError(`The test’s world has no evidence ${kind}: add it to world.evidence`)
      tell(run, 'evidence.collected', kind)
      return answer
    },
    async page(text) {
      tell(run, 'page.sent', text)
    },
    async wait(duration) {
      const ms = durationMs(duration)
      if (ms === null) throw new TypeError(`wait takes a duration such as 30m or 2d, not ${duration}`)
      run.now += ms
    },
    async handOver(why) {
      // A person who replaced the plan has the incident already.
      if (typeof why !== 'string' && why.outcome === 'superseded') return
      tell(run, 'incident.handed-over', typeof why === 'string' ? why : endingText(why))
    },
  }
}

const proposerOf = ({ runbook }: TestRun): string => `runbook/${runbook}`

interface Release {
  readonly contained: Outcome
  readonly why: Parameters<Verbs['release']>[1]
  readonly verbKey: string
}

function release(run: TestRun, { contained, why, verbKey }: Release): Outcome {
  const { plan: name } = contained
  const released = run.plans.find(({ plan }) => `${plan.verbKey}/${plan.revision}` === name)?.plan
  if (name === null || released === undefined)
    throw new TypeError('release needs the outcome of a containment that was carried out')
  const done = run.done.get(name) ?? []
  const back = released.steps
    .map((step, index) => ({ step, calls: done[index] ?? ([] as readonly DeclaredCall[]) }))
    .filter(({ step, calls }) => calls.length > 0 && isPutBack(step.action, why))
  return pursue(run, {
    verbKey,
    purpose: 'undo',
    reason: `Release “${released.reason}”: ${why}`,
    proposer: proposerOf(run),
    wanted: back.map(({ step }) => ({ action: step.action, target: step.target })),
    undoes: { plan: name, account: run.account, release: why, done: back.map(({ calls }) => calls) },
  })
}
