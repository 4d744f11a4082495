import type { PlannedStep } from '#domain/plan'
import type { FaultRun, Row } from '../run.ts'
import { isNull, list, number, object, plansOf, rowsOf, text, time } from './record.ts'

/** A change that a closed permit says is there. */
export interface Effect {
  readonly plan: string
  readonly step: PlannedStep
  readonly targetKey: string
  readonly at: number
  readonly operation: string
  readonly resource: string
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

/** Every effect that the gate’s record shows, oldest first. */
export const effectsOf = (run: FaultRun): readonly Effect[] =>
  rowsOf(run, 'permit')
    .filter((permit) => !isNull(permit, 'outcome'))
    .flatMap((permit) => ofPermit(run, permit))
    .toSorted((one, other) => one.at - other.at)

function ofPermit(run: FaultRun, permit: Row): readonly Effect[] {
  const plan = text(permit, 'plan')
  const step = plansOf(run).get(plan)?.plan.steps[number(permit, 'step')]
  if (step === undefined) return []
  return list(object(permit['outcome']), 'calls').map((call): Effect => {
    const { change, operation, resource } = object(call)
    const { field, before, after } = object(change)
    return {
      plan,
      step,
      targetKey: text(permit, 'target_key'),
      at: time(permit, 'closed_at'),
      operation: String(operation),
      resource: String(resource),
      field: String(field),
      before: before ?? null,
      after: after ?? null,
    }
  })
}

/** One text for the thing that an effect changed. */
export const placeOf = ({ targetKey, step, field }: Effect): string => `${targetKey} ${step.action} ${field}`

/** Of every thing that was changed, the newest effect. */
export const newestEffects = (run: FaultRun): readonly Effect[] => [
  ...new Map(effectsOf(run).map((effect) => [placeOf(effect), effect])).values(),
]
