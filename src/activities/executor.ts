import type { ExecutorActivities } from '#domain/executor'
import type { LogPlace } from '#domain/logs/log-place'
import { checkAccount } from './actions/check-account.ts'
import { observeTargets } from './actions/observe-targets.ts'
import { performStep, type StepDeps } from './actions/perform-step.ts'
import { verifyPlan } from './actions/verify-plan.ts'
import { translateError } from './aws/translate-error.ts'
import { beating } from './beating.ts'
import { collectEvidence } from './evidence/index.ts'
import { inspectAccount } from './inspection/inspect-account.ts'
import { inspectHub } from './inspection/inspect-hub.ts'

export interface ExecutorDeps extends StepDeps {
  /** Where the organisation’s logs are; undefined when Cordon is not to read them. */
  readonly logs?: LogPlace | undefined
}

/** Everything that happens in AWS accounts. The activities of the executor’s queue, and nothing else runs there. */
export function createExecutorActivities(deps: ExecutorDeps): ExecutorActivities {
  return {
    checkAccount: (question) => alive(() => checkAccount(deps, question)),
    observeTargets: (question) => alive(() => observeTargets(deps, question)),
    performStep: (question) => alive((signal) => performStep(deps, question, signal)),
    verifyPlan: ({ plan }) => alive(() => verifyPlan(deps, plan)),
    collectEvidence: (question) => alive((signal) => collectEvidence(deps, question, signal)),
    inspectHub: () => alive(() => inspectHub(deps)),
    inspectAccount: (question) => alive(() => inspectAccount(deps, question)),
  }
}

/** Runs with a heartbeat, stops when the activity is cancelled, and gives every error one of our codes. */
const alive = <Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> =>
  beating(async (signal) => {
    try {
      return await work(signal)
    } catch (error) {
      // Cancelled, timed out or shut down: no error of the work itself.
      signal.throwIfAborted()
      throw translateError(error)
    }
  })
