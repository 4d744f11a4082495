import type { FaultRun, Row } from '../run.ts'
import { type Effect, effectsOf, newestEffects } from './effects.ts'
import { plansOf, rowsOf, type StoredPlan, text } from './record.ts'
import { fieldNow } from './state-fields.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'
import { foreignWrites } from './writes.ts'

const violation = violationOf('I5')

/**
 * I5: an undo puts back exactly what was. Each of its effects is the inverse of one that the undone plan recorded, is on the same
 * thing, and ends in the value from before; every change that its release takes back is taken back; and the accounts show it, unless
 * somebody else changed it since. Left out: fields that the accounts show no state of.
 */
export const restoreIdentity: Checker = (run) =>
  [...plansOf(run).values()]
    .filter(({ plan, row }) => plan.undoes !== undefined && text(row, 'status') === 'done')
    .flatMap((undo) => undone(run, undo))

function undone(run: FaultRun, undo: StoredPlan): readonly Violation[] {
  const effects = effectsOf(run)
  const originals = effects.filter(({ plan }) => plan === undo.plan.undoes?.plan)
  const inverses = effects.filter(({ plan }) => plan === undo.hash)
  return [
    ...inverses.flatMap((inverse) => notInverse(inverse, originals)),
    ...missing(run, undo, inverses),
    ...inverses.flatMap((inverse) => notShown(run, inverse)),
    ...unreleased(run, undo),
  ]
}

const isOf = (inverse: Effect, { field, targetKey, step }: Effect): boolean =>
  field === inverse.field && targetKey === inverse.targetKey && step.action === inverse.step.action

function notInverse(inverse: Effect, originals: readonly Effect[]): readonly Violation[] {
  const { field, plan, before, after } = inverse
  const original = originals.find((one) => isOf(inverse, one))
  if (original === undefined) return [violation(plan, `it changed ${field}, which the undone plan had not`)]
  if (JSON.stringify(after) !== JSON.stringify(original.before))
    return [violation(plan, `${field} was ${show(original.before)} before, and the undo left ${show(after)}`)]
  return JSON.stringify(before) === JSON.stringify(original.after)
    ? []
    : [
        violation(
          plan,
          `the undo found ${field} as ${show(before)}, and the undone plan had left ${show(original.after)}`,
        ),
      ]
}

/** Every call that the undo’s steps declare has its effect. */
function missing(run: FaultRun, { hash, plan }: StoredPlan, inverses: readonly Effect[]): readonly Violation[] {
  return plan.steps.flatMap((step) => {
    const permit = rowsOf(run, 'permit').find(
      (row) => text(row, 'plan') === hash && text(row, 'step') === String(step.index),
    )
    if (permit === undefined) return [violation(hash, `step ${step.index} of the undo has no permit`)]
    return step.calls
      .filter(({ change }) => !inverses.some((one) => one.field === change.field && one.step.index === step.index))
      .map(({ change }) => violation(hash, `${change.field} was to be put back, and the record does not show it`))
  })
}

function notShown(run: FaultRun, inverse: Effect): readonly Violation[] {
  const isNewest = newestEffects(run).includes(inverse) || newestEffects(run).some((one) => isSameEffect(one, inverse))
  if (!isNewest || isTouched(run, inverse)) return []
  const now = fieldNow(run, inverse.step, inverse.field)
  if (now === undefined || sorted(now) === sorted(inverse.after)) return []
  return [
    violation(
      inverse.plan,
      `${inverse.field} was put back to ${show(inverse.after)}, and the account shows ${show(now)}`,
    ),
  ]
}

const isSameEffect = (one: Effect, other: Effect): boolean =>
  one.plan === other.plan && isOf(one, other) && one.at === other.at

const sorted = (value: unknown): string =>
  typeof value === 'string' ? value.split(',').toSorted().join(',') : JSON.stringify(value)

const isTouched = (run: FaultRun, { at, resource, field }: Effect): boolean =>
  foreignWrites(run).some((write) => {
    const asked = JSON.stringify(write.parameters)
    return (
      write.at > at && [resource.split('/').at(-1), field.split(' ').at(-1)].some((name) => asked.includes(`"${name}"`))
    )
  })

const show = (value: unknown): string => (value === null ? 'absent' : JSON.stringify(value).slice(0, 80))

/** The undo released what the undone plan held, with the reason that its people approved. */
function unreleased(run: FaultRun, { hash, plan }: StoredPlan): readonly Violation[] {
  const { undoes } = plan
  return rowsOf(run, 'containment')
    .filter((row) => text(row, 'plan') === undoes?.plan && !isReleasedBy(row, hash, undoes.release))
    .map((row) =>
      violation(hash, `the containment of step ${text(row, 'step')} is not released by it as ${undoes?.release ?? ''}`),
    )
}

/** Another undo may have released it first. */
const isReleasedBy = (row: Row, hash: string, release: string): boolean => {
  const by = text(row, 'released_by')
  return by === hash ? text(row, 'release_reason') === release : by !== ''
}
