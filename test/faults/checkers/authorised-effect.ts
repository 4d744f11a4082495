import { digestOf } from '#audit/digest'
import type { Json } from '#domain/json'
import type { PlannedStep } from '#domain/plan'
import type { FaultRun, Row } from '../run.ts'
import { hasForged, policyOf, standingAt } from './ballot.ts'
import { declaredOf, isDeclared, type Known } from './declared-effects.ts'
import {
  bytes,
  eventsOf,
  isNull,
  json,
  list,
  number,
  object,
  plansOf,
  rowsOf,
  type StoredPlan,
  text,
  time,
} from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'
import { cordonsWrites, isByWriter, type Write, writeOf } from './writes.ts'

const violation = violationOf('I1')

/** Clocks of one machine are read by several programs. */
const SKEW_MS = 2_000
/** What is minted lives so long. Source: STS AssumeRole, DurationSeconds. */
const SESSION_MS = 900_000

/**
 * I1: every request by Cordon that changes an account belongs to one permit, and is a call that its plan declares, on that very resource,
 * given while the quorum stood, both clocks were open, nothing was frozen and the plan had not ended. Left out: that the
 * intent was under a checkpoint before the call; the gate does not wait for one.
 */
export const authorisedEffect: Checker = (run) => [
  ...plansAsApproved(run),
  ...permits(run),
  ...cordonsWrites(run).flatMap((call) =>
    isByWriter(call)
      ? writeAuthorised(run, writeOf(run, call))
      : [violation(call.requestId, `${call.operation} by ${call.principal}, which must not write`)],
  ),
]

/** The stored bytes are what was approved: their hash is the plan’s name, and the policy’s that of its digest. */
function plansAsApproved(run: FaultRun): readonly Violation[] {
  const plans = rowsOf(run, 'plan').flatMap((row) => {
    const plan = json(bytes(row, 'bytes'))
    const isOwn = plan !== undefined && digestOf('plan', plan as Json) === text(row, 'hash')
    const isTold =
      text(object(plan), 'incident') === text(row, 'incident') &&
      text(object(plan), 'proposer') === text(row, 'proposer')
    return isOwn && isTold ? [] : [violation(text(row, 'hash'), 'the stored plan is not the one of this hash')]
  })
  const policies = rowsOf(run, 'policy')
    .filter((row) => digestOf('policy', row['body'] as Json) !== text(row, 'digest'))
    .map((row) => violation(text(row, 'digest'), 'the stored policy is not the one of this digest'))
  return [...plans, ...policies]
}

/** When the gate allowed calls of a permit, by its own events. */
interface Allowing {
  readonly at: number
  readonly calls: readonly Row[]
}

const allowings = (run: FaultRun, permit: Row): readonly Allowing[] =>
  eventsOf(run)
    .filter(({ type, refs }) => /^permit\.(given|resumed)$/.test(type) && text(refs, 'permit') === text(permit, 'id'))
    .map(({ at, body }) => ({ at, calls: list(body, 'calls').map(object) }))

/** Every moment at which the gate allowed something must have been one at which it was right. */
function permits(run: FaultRun): readonly Violation[] {
  const plans = plansOf(run)
  return rowsOf(run, 'permit').flatMap((permit) => {
    const id = text(permit, 'id')
    const stored = plans.get(text(permit, 'plan'))
    const step = stored?.plan.steps[number(permit, 'step')]
    if (stored === undefined || step === undefined) return [violation(id, 'the permit is for no step of a plan')]
    const allowed = allowings(run, permit)
    const first = allowed[0]
    if (first === undefined) return [violation(id, 'no event tells of the permit')]
    const effective = allowed.filter(({ calls }, index) => index === 0 || calls.length > 0)
    return [
      ...intent(run, permit, id),
      ...ordered(run, permit, step),
      ...effective.flatMap(({ at }) => moment(run, { stored, permit, step }, at).map((why) => violation(id, why))),
    ]
  })
}

function intent(run: FaultRun, permit: Row, id: string): readonly Violation[] {
  const row = rowsOf(run, 'plan_step').find((one) => isStep(one, permit))
  const isIntended = time(row, 'intended_at') <= time(permit, 'opened_at')
  return isIntended ? [] : [violation(id, 'the permit was given before the step was intended')]
}

const isStep = (row: Row, permit: Row): boolean =>
  text(row, 'plan') === text(permit, 'plan') && number(row, 'index') === number(permit, 'step')

const BEST_EFFORT = new Set(['captureVolatile', 'snapshotVolumes', 'protectInstance'])

/** Earlier steps are applied first, but for those that the plan goes on without. */
function ordered(run: FaultRun, permit: Row, step: PlannedStep): readonly Violation[] {
  const plan = plansOf(run).get(text(permit, 'plan'))?.plan
  return (plan?.steps ?? [])
    .filter(({ index, action }) => index < step.index && !BEST_EFFORT.has(action))
    .filter(({ index }) => !isAppliedBefore(run, permit, index))
    .map(({ index }) =>
      violation(text(permit, 'id'), `step ${index} of the plan was not applied before step ${step.index}`),
    )
}

const isAppliedBefore = (run: FaultRun, permit: Row, index: number): boolean =>
  rowsOf(run, 'permit').some(
    (other) =>
      text(other, 'plan') === text(permit, 'plan') &&
      number(other, 'step') === index &&
      object(other['outcome'])['kind'] === 'applied' &&
      time(other, 'closed_at') <= time(permit, 'opened_at'),
  )

interface Permitted {
  readonly stored: StoredPlan
  readonly permit: Row
  readonly step: PlannedStep
}

/** What was wrong with allowing the step at that moment. */
function moment(run: FaultRun, { stored, step }: Permitted, at: number): readonly string[] {
  const { plan, row } = stored
  const { standing, since = Number.NaN } = standingAt(run, stored, at + SKEW_MS)
  const clocks = object(policyOf(run, plan)['clocks'])
  const decideBy = Math.min(Date.parse(plan.decideBy), Date.parse(plan.proposedAt) + number(clocks, 'decideByMs'))
  const runBy = since + Math.min(plan.runWithinMs, number(clocks, 'runByMs'))
  const closed = time(row, 'closed_at')
  const locked = lockedBy(run, stored, { step, at })
  return [
    ...(standing === 'approved' ? [] : [`the votes were ${standing} when the gate allowed the step`]),
    ...(hasForged(run, stored.hash, at) ? ['a vote on the plan belongs to no sign-in'] : []),
    ...(since <= decideBy ? [] : ['the quorum did not come before decide-by']),
    ...(at <= runBy + SKEW_MS ? [] : ['the gate allowed the step after run-by']),
    ...(isNull(row, 'closed_at') || at <= closed ? [] : ['the plan had ended when the gate allowed the step']),
    ...(frozenAt(run, step.target.account, at) === undefined
      ? []
      : ['changes were frozen when the gate allowed the step']),
    ...(locked === undefined ? [] : [`plan ${locked} was changing the target at that moment`]),
  ]
}

function frozenAt(run: FaultRun, account: string, at: number): Row | undefined {
  return rowsOf(run, 'freeze_order').find((row) => {
    const end = isNull(row, 'lifted_at') ? time(row, 'ends_at') : Math.min(time(row, 'lifted_at'), time(row, 'ends_at'))
    const isOver = isNull(row, 'account') || text(row, 'account') === account
    return isOver && time(row, 'started_at') + SKEW_MS <= at && at <= end - SKEW_MS
  })
}

/** Another plan that had a permit on the target and had not ended. */
function lockedBy(
  run: FaultRun,
  { hash }: StoredPlan,
  { step, at }: { readonly step: PlannedStep; readonly at: number },
): string | undefined {
  const key = keyOf(run, hash, step.index)
  const other = rowsOf(run, 'permit').find((row) => {
    const plan = rowsOf(run, 'plan').find((one) => text(one, 'hash') === text(row, 'plan'))
    const isOpen = plan !== undefined && (isNull(plan, 'closed_at') || at < time(plan, 'closed_at'))
    return text(row, 'plan') !== hash && text(row, 'target_key') === key && time(row, 'opened_at') < at && isOpen
  })
  return other && text(other, 'plan')
}

const keyOf = (run: FaultRun, hash: string, index: number): string =>
  text(
    rowsOf(run, 'plan_step').find((row) => text(row, 'plan') === hash && number(row, 'index') === index),
    'target_key',
  )

function writeAuthorised(run: FaultRun, write: Write): readonly Violation[] {
  const { call, permit } = write
  const stored = plansOf(run).get(write.plan)
  const step = stored?.plan.steps[write.step]
  const wrong = (why: string): readonly Violation[] => [violation(call.requestId, `${call.operation}: ${why}`)]
  if (permit === undefined || stored === undefined || step === undefined) return wrong('there is no permit for it')
  if (step.target.account !== call.account) return wrong(`it is in account ${call.account}, and the step is not`)
  if (call.sourceIdentity !== stored.plan.incident) return wrong('its session is not of the plan’s incident')
  const declared = declaredOf(step).filter((one) =>
    isDeclared({ run, call, step, known: knownOf(run, permit, step) }, one),
  )
  if (declared.length === 0) return wrong('the step does not declare it')
  const isOfStep = ({ field, operation }: Row): boolean =>
    declared.some(
      (one) => one.operation === operation && (one.change.field === field || one.change.field === '{accessKeyId}'),
    )
  const allowed = allowings(run, permit).filter(({ at, calls }) => at <= call.at + SKEW_MS && calls.some(isOfStep))
  if (allowed.length === 0) return wrong('the gate had not allowed it')
  return [...inTime(write, allowed.at(-1)?.at ?? Number.NaN)].flatMap(wrong)
}

function inTime({ call, permit }: Write, allowedAt: number): readonly string[] {
  const closed =
    permit === undefined || isNull(permit, 'closed_at') ? Number.POSITIVE_INFINITY : time(permit, 'closed_at')
  return [
    ...(call.at <= allowedAt + SESSION_MS ? [] : ['its session had ended']),
    ...(call.at <= closed + SKEW_MS ? [] : ['its permit was closed']),
  ]
}

/** What the step’s calls made, by its permit and by what stands in the account under our tag. */
export function knownOf(run: FaultRun, permit: Row, step: PlannedStep): Known {
  const outcome = object(permit['outcome'])
  const made = [...list(outcome, 'calls'), ...list(outcome, 'made')].map((one) => object(object(one)['change'] ?? one))
  const { target } = step
  const instance = target.kind === 'ec2-instance' ? target.instanceId : undefined
  const tagged = Object.values(run.state['securityGroup'] ?? {})
    .map(object)
    .filter((group) => instance !== undefined && object(group['tags'])['cordon:isolates'] === instance)
    .map((group) => text(group, 'id'))
  const found = Object.entries(step.before).flatMap(([field, id]) =>
    /^(isolation|untracked) /.test(field) ? [String(id)] : [],
  )
  const groups = [...tagged, ...made.map((change) => text(change, 'after')), ...found]
  return { values: object(permit['given_values']), groups: new Set(groups.filter((id) => id.startsWith('sg-'))) }
}
