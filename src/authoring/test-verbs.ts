import { entryOf } from '#domain/catalogue/erased'
import { durationMs } from '#domain/durations'
import type { EvidenceKind, EvidenceKinds, EvidenceRequest } from '#domain/evidence'
import { endingText, noPlan, type Outcome } from '#domain/outcome'
import type { ProposedAction } from '#domain/proposal'
import { Misuse } from './misuse.ts'
import { nameOf, pursue } from './test-plan.ts'
import { answerOf, mistake, type TestRun, tell } from './test-run.ts'
import type { Scripted } from './test-world.ts'
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
    collect: async (request) => collect(run, request),
    async page(text) {
      tell(run, 'page.sent', text)
    },
    async wait(duration) {
      const ms = durationMs(duration)
      if (ms === null) throw new Misuse(`wait takes a duration such as 30m or 2d, not ${duration}`)
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

function collect<Kind extends EvidenceKind>(
  run: TestRun,
  { kind, question }: EvidenceRequest<Kind>,
): EvidenceKinds[Kind]['answer'] {
  // The kind names the script; the compiler cannot follow it through the index.
  const script = run.world.evidence?.[kind] as
    | Scripted<EvidenceKinds[Kind]['answer'], EvidenceKinds[Kind]['question']>
    | undefined
  const answer = answerOf(run, { name: `evidence ${kind}`, script, asked: question })
  if (answer === undefined) throw mistake(run, `The test’s world has no evidence ${kind}: add it to world.evidence`)
  tell(run, 'evidence.collected', kind)
  return answer
}

interface Release {
  readonly contained: Outcome
  readonly why: Parameters<Verbs['release']>[1]
  readonly verbKey: string
}

function release(run: TestRun, { contained, why, verbKey }: Release): Outcome {
  const { plan: name } = contained
  if (name === null) throw new Misuse('release needs the outcome of a containment that was carried out')
  const released = run.plans.find(({ plan }) => nameOf(plan) === name)?.plan
  if (released === undefined) return noPlan({ code: 'not_found', reason: `There is no plan ${name}` })
  const done = released.steps
    .map((step, index) => ({ ...step, calls: run.done.get(name)?.[index] ?? [] }))
    .filter(({ calls }) => calls.length > 0)
  if (done.length === 0)
    return noPlan({ code: 'unprocessable', reason: 'Nothing of the plan was done: there is nothing to undo' })
  const back = done.filter(({ action }) => entryOf(action).revertedWhen.includes(why))
  return pursue(run, {
    verbKey,
    purpose: 'undo',
    reason: `Release “${released.reason}”: ${why}`,
    proposer: proposerOf(run),
    wanted: back.map(({ action, target }) => ({ action, target })),
    undoes: {
      plan: name,
      account: released.steps[0]?.target.account ?? '',
      release: why,
      done: back.map(({ calls }) => calls),
    },
  })
}
