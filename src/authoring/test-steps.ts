import { errorKinds } from '#domain/errors'
import { endingOf, isShortfall, type Plan, type PlannedStep, type StepOutcome, statusAfter } from '#domain/plan'
import type { DeclaredCall } from '#domain/state'
import { makeCalls } from './test-account.ts'
import { answerOf, type TestRun, tell } from './test-run.ts'
import type { Ended, ScriptedOutcome } from './test-world.ts'

type Applied = 'applied' | { readonly unverified: string }

/** Carries an approved plan out, one step after the other, and reads it back as often as policy says. */
export function carryOut(run: TestRun, plan: Plan, name: string): Ended {
  const runBy = run.now + plan.runWithinMs
  const done: (readonly DeclaredCall[])[] = []
  const found: string[] = []
  run.done.set(name, done)
  for (const step of plan.steps) {
    const outcome = performStep(run, step, runBy)
    if (!isApplied(outcome)) {
      const ended = outcomeOfScript(outcome)
      if (!isShortfall(step, ended)) return endedBy(ended, done.filter((calls) => calls.length > 0).length)
      done.push([])
      found.push(endingOf(ended))
      continue
    }
    const calls = makeCalls(run, step)
    done.push(calls)
    tell(
      run,
      'step.applied',
      `${step.action}: ${calls.map(({ operation }) => operation).join(', ') || 'nothing to do'}`,
    )
    if (outcome !== 'applied') found.push(outcome.unverified)
  }
  return readBack(run, plan, found)
}

const isApplied = (outcome: ScriptedOutcome): outcome is Applied => outcome === 'applied' || 'unverified' in outcome

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

const tooLate: ScriptedOutcome = { refused: 'run_by_passed', reason: 'The time in which the plan may run is over' }

function performStep(run: TestRun, { action }: PlannedStep, runBy: number): ScriptedOutcome {
  for (let wait = FIRST_WAIT_MS; run.now <= runBy; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
    const script = run.world.outcomes?.[action]
    const outcome = answerOf(run, { name: `outcome of ${action}`, script, asked: action }) ?? 'applied'
    if (!mayLift(outcome)) return outcome
    run.now += wait
  }
  return tooLate
}

/** Whether time alone can lift a refusal. */
const mayLift = (outcome: ScriptedOutcome): boolean =>
  outcome !== 'applied' && 'refused' in outcome && errorKinds[outcome.refused].retry === 'later'

type Unapplied = Exclude<StepOutcome, { kind: 'applied' }>

function outcomeOfScript(scripted: Exclude<ScriptedOutcome, Applied>): Unapplied {
  if ('drifted' in scripted) return { kind: 'drifted', difference: scripted.drifted }
  if ('failed' in scripted) return { kind: 'failed', code: scripted.failed, reason: scripted.reason }
  return { kind: 'refused', code: scripted.refused, reason: scripted.reason }
}

const endedBy = (outcome: Unapplied, applied: number): Ended => ({
  status: statusAfter(outcome, applied),
  reason: endingOf(outcome),
})

function readBack(run: TestRun, { verifyAfterMs }: Plan, found: readonly string[]): Ended {
  const [discrepancy = null] = found
  const appliedAt = run.now
  for (const afterMs of verifyAfterMs) {
    run.now = appliedAt + afterMs
    tell(run, 'step.verified', discrepancy ?? 'everything is as it should be')
    if (discrepancy !== null) return { status: 'partial', reason: discrepancy }
  }
  return { status: 'done', reason: null }
}
