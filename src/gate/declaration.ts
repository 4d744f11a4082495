import { parseCanonical } from '#audit/canonical'
import { digestOf } from '#audit/digest'
import type { Terms } from '#domain/catalogue/entry'
import { fits } from '#domain/catalogue/erased'
import { isActionName } from '#domain/catalogue/index'
import { declaredCalls, declaredMembers, isArnOf, type Place } from '#domain/declared'
import { asOneTry, type DoneStep, doneSteps } from '#domain/done-steps'
import type { Json } from '#domain/json'
import { same } from '#domain/judge'
import type { Plan, PlannedStep } from '#domain/plan'
import { termsOf } from '#domain/policy'
import { type DeclaredCall, fill, placeholderOf, type Values } from '#domain/state'
import type { AccountFacts, UndoneFacts } from '#store/plans/gate-facts'
import type { Case } from './case.ts'

/** Where a step departs from what the catalogue declares for its target and before-state, or null. */
export function departure(asked: Case): string | null {
  const { step, observed, facts } = asked
  if (!isActionName(step.action) || !fits(step.action, step.target)) return `There is no ${step.action} for this target`
  const place = placeOf(step, observed.arn, facts.account)
  if (place === null)
    return `${observed.arn} in ${step.region} is not where account ${step.target.account} has its target`
  const terms = termsIn(asked)
  if (terms === null) return 'The policy that is frozen for the incident cannot be trusted'
  const done = step.direction === 'revert' ? doneByUndone(asked) : undefined
  if (done === null) return 'The step undoes what the record does not show as done'
  return undeclared(step, declaredCalls({ ...step, terms }, place, done), declaredMembers(step, place))
}

/** How the step’s calls and members depart from those that are declared, or null. */
function undeclared(
  step: PlannedStep,
  calls: readonly DeclaredCall[],
  members: ReturnType<typeof declaredMembers>,
): string | null {
  if (!same(asJson(step.calls), asJson(calls))) return 'The calls are not those that the catalogue declares'
  if (!same(asJson(step.members ?? null), asJson(members ?? null)))
    return 'The ceiling of members is not the one that the catalogue declares'
  return null
}

const termsIn = ({ policy, facts: { account } }: Case): Terms | null =>
  policy === null || account === null ? null : termsOf(policy, account.environment)

function placeOf(step: PlannedStep, arn: string, account: AccountFacts | null): Place | null {
  if (account === null || !account.regions.includes(step.region)) return null
  return isArnOf(step.target, arn, account.partition)
    ? { arn, partition: account.partition, region: step.region }
    : null
}

/** Whether the call is one of the step’s, as its permit filled it; what only the call could tell may be any text. */
export function isCallOf(step: PlannedStep, call: DeclaredCall, values: Values): boolean {
  const { field } = call.change
  const member = step.members && { ...step.members.call, change: { ...step.members.call.change, field } }
  const declared = step.calls.find(({ change }) => change.field === field) ?? member
  if (declared === undefined) return false
  const after = fill(declared.change.after, values)
  const isUnknown = placeholderOf(after) !== undefined && typeof call.change.after === 'string'
  const expected = { ...declared, change: { ...declared.change, after: isUnknown ? call.change.after : after } }
  return same(asJson(call), asJson(expected))
}

/** The calls that the undone plan’s step had made, with those of the plans that it replaced, by the gate’s own record of them. */
function doneByUndone({ plan, step, facts: { undone } }: Case): readonly DeclaredCall[] | null {
  const tries = undone.map(genuine)
  const undonePlan = tries.find((one) => one?.hash === plan.undoes?.plan)?.plan
  if (undonePlan === undefined) return null
  const done = tries.map((one) => (one?.plan.verbKey === undonePlan.verbKey ? doneSteps(one.plan, one.outcomes) : []))
  return asOneTry(done).find(isTheSame(step))?.calls ?? null
}

const isTheSame =
  (step: PlannedStep) =>
  ({ action, target }: DoneStep): boolean =>
    action === step.action && same(asJson(target), asJson(step.target))

interface Try extends UndoneFacts {
  readonly plan: Plan
}

/** The plan with what its bytes say, or null when they are not those of its hash. */
function genuine(facts: UndoneFacts): Try | null {
  const value = parseCanonical(facts.bytes)
  return digestOf('plan', value) === facts.hash ? { ...facts, plan: value as unknown as Plan } : null
}

/** Domain values are JSON by construction; this says so to the compiler. */
const asJson = (value: unknown): Json => value as Json
