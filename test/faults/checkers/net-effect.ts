import type { FaultRun } from '../run.ts'
import { type Effect, newestEffects } from './effects.ts'
import { differences } from './normal-state.ts'
import { documentsOf, isNull, object, rowsOf, text } from './record.ts'
import { fieldNow } from './state-fields.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'
import { cordonsWrites, foreignWrites, isByWriter, writeOf } from './writes.ts'

const violation = violationOf('I2')

/**
 * I2: each step has one net effect. What the newest permit of a thing says is what the accounts show, unless somebody else
 * changed it since; a step creates what it declares once; and, beside a twin, the accounts end as they do without faults.
 * Left out without a twin: fields that show no state of their own (rules of our groups, the capture’s answer).
 */
export const netEffect: Checker = (run, twin) => [
  ...shown(run),
  ...created(run),
  ...(twin === undefined ? [] : differences(run, twin).map(({ subject, detail }) => violation(subject, detail))),
]

function shown(run: FaultRun): readonly Violation[] {
  const theirs = foreignWrites(run).map(({ parameters, at }) => ({ asked: JSON.stringify(parameters), at }))
  const isTheirs = ({ resource, at, field }: Effect): boolean => {
    const names = [resource.split('/').at(-1) ?? '', field.split(' ').at(-1) ?? '']
    return theirs.some(
      (write) => write.at > at && names.some((name) => name !== '' && write.asked.includes(`"${name}"`)),
    )
  }
  return newestEffects(run)
    .filter((effect) => !isTheirs(effect) && !isUnderWay(run, effect))
    .flatMap((effect) => {
      const now = fieldNow(run, effect.step, effect.field)
      if (now === undefined || same(now, effect.after)) return []
      const { plan, step, field, after } = effect
      return [violation(plan, `step ${step.index} left ${field} as ${show(after)}, and the account shows ${show(now)}`)]
    })
}

/** An open permit may be changing it at this moment. */
const isUnderWay = (run: FaultRun, { targetKey }: Effect): boolean =>
  rowsOf(run, 'permit').some((permit) => isNull(permit, 'closed_at') && text(permit, 'target_key') === targetKey)

/** A list of ids is one text; their order says nothing. */
const same = (one: unknown, other: unknown): boolean => sorted(one) === sorted(other)

const sorted = (value: unknown): string =>
  typeof value === 'string' ? value.split(',').toSorted().join(',') : JSON.stringify(value)

const show = (value: unknown): string => (value === null ? 'absent' : JSON.stringify(value).slice(0, 80))

/** What makes something new each time that it is asked, and what takes it away again. */
const makers: Readonly<Record<string, string>> = {
  'iam:CreateAccessKey': 'iam:DeleteAccessKey',
  'secretsmanager:CreateSecret': 'secretsmanager:DeleteSecret',
  'ec2:CreateSecurityGroup': 'ec2:DeleteSecurityGroup',
  'ec2:CreateSnapshots': '',
  'ssm:SendCommand': '',
}

/** A second created thing is a failure, but for a snapshot that the record knows; a repeated idempotent write is none. */
function created(run: FaultRun): readonly Violation[] {
  const made = cordonsWrites(run)
    .filter((call) => isByWriter(call) && call.outcome === 'allowed')
    .map((call) => ({ ...writeOf(run, call), name: nameIn(call.parameters) }))
  const counts = new Map<string, { readonly plan: string; readonly operation: string; count: number }>()
  for (const { call, plan, step, name } of made) {
    const operation = call.operation in makers ? call.operation : undoneBy(call.operation)
    if (operation === undefined) continue
    const key = `${plan} ${step} ${operation} ${name(operation)}`
    const entry = counts.get(key) ?? { plan, operation, count: 0 }
    entry.count += call.operation === operation ? 1 : -1
    counts.set(key, entry)
  }
  return [...counts.values()]
    .filter(({ count, operation }) => count > 1 && operation !== 'ec2:CreateSnapshots')
    .map(({ plan, operation, count }) => violation(plan, `${operation} made ${count} things where one is declared`))
    .concat(unrecordedSnapshots(run))
}

const undoneBy = (operation: string): string | undefined =>
  Object.entries(makers).find(([, undo]) => undo === operation)?.[0]

/** What tells two created things of a step apart: a group’s name and VPC; nothing for what has no name of its own. */
const nameIn =
  (parameters: unknown) =>
  (operation: string): string =>
    operation === 'ec2:CreateSecurityGroup'
      ? `${text(object(parameters), 'groupName')} ${text(object(parameters), 'vpcId')}`
      : ''

function unrecordedSnapshots(run: FaultRun): readonly Violation[] {
  const record = JSON.stringify(['permit', 'plan_step', 'verification', 'plan'].map((table) => rowsOf(run, table)))
  return documentsOf(run, 'snapshot')
    .filter((snapshot) => 'cordon:evidence-of' in object(snapshot['tags']) && !record.includes(text(snapshot, 'id')))
    .map((snapshot) => violation(text(snapshot, 'id'), 'a snapshot of ours that the record does not know'))
}
