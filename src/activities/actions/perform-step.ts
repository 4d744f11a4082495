import type { Logger } from 'pino'
import type { GateClient } from '#activities/ask-gate'
import type { Aws } from '#activities/aws/clients'
import type { ReadSession, SessionPlace } from '#activities/aws/sessions'
import { failure, failureCode, translateError } from '#activities/aws/translate-error'
import { effects } from '#domain/judge'
import type { PermitAnswer, Permitted, StepCredentials } from '#domain/permit'
import type { DoneCall, PlannedStep, StepOutcome } from '#domain/plan'
import type { DeclaredCall, Values } from '#domain/state'
import type { Database } from '#store/database/database'
import { accountPlace, storedPlan } from '#store/plans/planned-steps'
import type { Acknowledged } from './doing.ts'
import { doingOf, type ErasedDoing } from './erased.ts'
import { readBack } from './read-back.ts'

export interface StepDeps {
  readonly db: Database
  readonly aws: Aws
  readonly gate: GateClient
  readonly log: Logger
}

export interface StepName {
  readonly plan: string
  readonly step: number
}

/**
 * Reads the target, asks the gate, makes the calls that are outstanding, and reads back until AWS shows them. May stop anywhere and run
 * again: what was done is found by reading. Throws only what may succeed later; a write without an answer is such.
 */
export async function performStep(deps: StepDeps, name: StepName, signal: AbortSignal): Promise<StepOutcome> {
  try {
    return await tryStep(deps, name, signal)
  } catch (error) {
    signal.throwIfAborted()
    return outcomeOfFailure(error)
  }
}

async function tryStep(deps: StepDeps, name: StepName, signal: AbortSignal): Promise<StepOutcome> {
  const doing = await beginStep(deps, name, signal)
  for (;;) {
    signal.throwIfAborted()
    const { arn, state, tags } = await doing.observe()
    const answer = await deps.gate.ask({ ...name, observed: { arn, state, tags } })
    if (answer.kind !== 'permitted') return outcomeOfRefusal(answer)
    const outcome = await doing.attempt(answer, state)
    if (outcome === 'again') continue
    await report(deps.gate, answer, outcome)
    return outcome
  }
}

/** One step on its way: what is known of it, and the calls that were made in this run. */
interface Underway {
  readonly deps: StepDeps
  readonly name: StepName
  readonly step: PlannedStep
  readonly place: SessionPlace
  readonly read: ReadSession
  readonly doing: ErasedDoing
  readonly made: DoneCall[]
  readonly signal: AbortSignal
}

async function beginStep(deps: StepDeps, name: StepName, signal: AbortSignal) {
  const plan = await storedPlan(deps.db, name.plan)
  const step = plan.steps[name.step]
  if (step === undefined) throw failure('not_found', `Plan ${name.plan} has no step ${name.step}`)
  const { account } = step.target
  const { partition, externalId } = await accountPlace(deps.db, account)
  const place = { account, region: step.region, incident: plan.incident }
  const read = await deps.aws.read({ ...place, partition, externalId })
  const underway: Underway = { deps, name, step, place, read, doing: doingOf(step.action), made: [], signal }
  return {
    observe: () => observe(underway),
    attempt: (permitted: Permitted, state: Awaited<ReturnType<typeof observe>>['state']) =>
      permitted.credentials === null
        ? Promise.resolve(applied(underway, permitted, state))
        : attempt(underway, permitted, permitted.credentials),
  }
}

const observe = ({ doing, read, step }: Underway) => doing.observe(read, step.target, step.before)

/** A definite “no” of AWS’s ends the step; anything else is tried again. */
function outcomeOfFailure(error: unknown): Extract<StepOutcome, { kind: 'failed' }> {
  const failed = translateError(error)
  if (!failed.nonRetryable) throw failed
  return { kind: 'failed', code: failureCode(failed), reason: failed.message }
}

function outcomeOfRefusal(answer: Exclude<PermitAnswer, Permitted>): StepOutcome {
  if (answer.kind === 'settled') return answer.outcome
  const { code, reason } = answer
  if (code === 'unavailable' || code === 'throttled' || code === 'internal') throw failure(code, reason)
  return code === 'drifted' ? { kind: 'drifted', difference: reason } : { kind: 'refused', code, reason }
}

async function attempt(
  underway: Underway,
  permitted: Permitted,
  credentials: StepCredentials,
): Promise<StepOutcome | 'again'> {
  const { step, signal } = underway
  try {
    const learnt = await makeCalls(underway, permitted, credentials)
    const values = { ...permitted.values, ...learnt }
    const seen = await readBack({ step, issued: permitted.calls, values, signal, observe: () => observe(underway) })
    switch (seen.kind) {
      case 'done':
        return applied(underway, { ...permitted, values }, seen.state)
      case 'drifted':
        return { kind: 'drifted', difference: seen.difference, calls: effects(step, seen.state, values) }
      case 'more':
        return 'again'
    }
  } catch (error) {
    signal.throwIfAborted()
    const { code, reason } = outcomeOfFailure(error)
    const calls = await stillThere(underway, permitted)
    return code === 'drifted' ? { kind: 'drifted', difference: reason, calls } : { kind: 'failed', code, reason, calls }
  }
}

/** What the target shows of the step, after a call was refused. Throws what may succeed later: what is there must not be forgotten. */
async function stillThere(underway: Underway, { values }: Permitted): Promise<readonly DeclaredCall[]> {
  try {
    return effects(underway.step, (await observe(underway)).state, values)
  } catch (error) {
    if (translateError(error).nonRetryable) return []
    throw error
  }
}

function makeCalls(underway: Underway, permitted: Permitted, credentials: StepCredentials): Promise<Values> {
  const { deps, doing, step, place, read, signal } = underway
  const { calls, attempt } = permitted
  const work = {
    read,
    write: deps.aws.write(place, credentials),
    target: step.target,
    before: step.before,
    calls,
    attempt,
    signal,
    made: (call: DeclaredCall, output: Acknowledged) => note(underway, call, output),
  }
  if (step.direction === 'apply') return doing.apply(work)
  if (doing.revert === 'cannot be undone') throw failure('not_reversible', `${step.action} cannot be undone`)
  return doing.revert(work)
}

function note({ deps, name, place, made }: Underway, call: DeclaredCall, { $metadata }: Acknowledged): void {
  const done = doneCall(call, $metadata.requestId ?? null)
  made.push(done)
  const { operation, field, requestId } = done
  deps.log.info({ ...name, incident: place.incident, operation, field, requestId }, 'Made a call')
}

const doneCall = ({ operation, change }: DeclaredCall, requestId: string | null): DoneCall => ({
  operation,
  field: change.field,
  before: change.before,
  after: change.after,
  requestId,
  at: new Date().toISOString(),
})

function applied(
  { step, made }: Underway,
  { values, attempt }: Permitted,
  state: Awaited<ReturnType<typeof observe>>['state'],
): StepOutcome {
  const calls = effects(step, state, values)
  const isMade = ({ change }: DeclaredCall) => made.some(({ field }) => field === change.field)
  // What an earlier attempt did and could not tell: the target shows it, the request is not known any more.
  const found = attempt === 1 ? [] : calls.filter((call) => !isMade(call)).map((call) => doneCall(call, null))
  return { kind: 'applied', calls, made: [...found, ...made] }
}

async function report(gate: GateClient, { permit, attempt }: Permitted, outcome: StepOutcome): Promise<void> {
  const closing = await gate.end(permit, { attempt, outcome })
  // Whoever took over settles the step; the next try gets that answer.
  if (closing.kind === 'refused') throw failure('unavailable', `${closing.code}: ${closing.reason}`)
}
