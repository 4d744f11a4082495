import type { AttemptEnd, Permitted, Refused, Settled } from '#domain/permit'
import type { StepOutcome } from '#domain/plan'
import type { Database, Tx } from '#store/database/database'
import { type PlanRow, planRow } from '#store/plans/gate-facts'
import { closePermit, lockPermit, type Permit } from '#store/plans/permits'
import { readPlan } from './case.ts'
import { isCallOf } from './declaration.ts'
import { tellClosed } from './telling.ts'

export type Closing = { readonly kind: 'closed' } | Refused

/**
 * Closes the permit with how the attempt ended. The same attempt may say it twice; an older one is refused with `attempt_fenced`,
 * an unknown permit with `not_found`, and calls that are not the step’s with `invalid_input`: an undo is made of them.
 */
export const endAttempt = (db: Database, id: string, { attempt, outcome }: AttemptEnd): Promise<Closing> =>
  db.transaction().execute(async (tx) => {
    const permit = await lockPermit(tx, id)
    if (permit === undefined) return { kind: 'refused', code: 'not_found', reason: `There is no permit ${id}` }
    if (permit.attempt !== attempt) return fencedOff(permit, attempt)
    const row = await planRow(tx, permit.plan)
    if (row === undefined) throw new TypeError('A permit refers to its plan')
    if (permit.outcome !== null) return { kind: 'closed' }
    if (!isOfStep(outcome, row, permit)) return strangeCalls
    await close({ tx, row }, permit, outcome)
    return { kind: 'closed' }
  })

function isOfStep({ calls = [] }: StepOutcome, row: PlanRow, { step, values }: Permit): boolean {
  const planned = readPlan(row)?.plan.steps[step]
  return planned !== undefined && calls.every((call) => isCallOf(planned, call, values))
}

const strangeCalls: Refused = {
  kind: 'refused',
  code: 'invalid_input',
  reason: 'The outcome has calls that are not of the step',
}

const fencedOff = ({ attempt }: Permit, older: number): Refused => ({
  kind: 'refused',
  code: 'attempt_fenced',
  reason: `Attempt ${attempt} has taken over from attempt ${older}`,
})

/** Closes the permit of a step for which no credentials can be had, unless an attempt after it has begun. */
export async function settle(
  db: Database,
  { permit, attempt }: Permitted,
  outcome: StepOutcome,
): Promise<Settled | Refused> {
  const closing = await endAttempt(db, permit, { attempt, outcome })
  return closing.kind === 'closed' ? { kind: 'settled', outcome } : closing
}

/** Ends the step for ever, and tells the log. */
export async function close(
  about: { readonly tx: Tx; readonly row: PlanRow },
  permit: Permit,
  outcome: StepOutcome,
): Promise<void> {
  await closePermit(about.tx, permit, outcome)
  await tellClosed(about, permit, outcome)
}
