import { entryOf } from '#domain/catalogue/erased'
import type { PlannedStep } from './plan.ts'
import { type DeclaredCall, fill, type Values } from './state.ts'
import type { Target } from './targets.ts'

/** Where a target is: what the catalogue writes as `{arn}`, `{partition}` and `{region}`. */
export interface Place {
  readonly arn: string
  readonly partition: string
  readonly region: string
}

/** The calls that a step must have, by the catalogue: to apply it, or to put back the calls of `done`. */
export function declaredCalls(
  { action, target, before }: Pick<PlannedStep, 'action' | 'target' | 'before'>,
  place: Place,
  done?: readonly DeclaredCall[],
): readonly DeclaredCall[] {
  const entry = entryOf(action)
  const calls = done === undefined ? entry.calls(target, before) : entry.undo(target, done, before)
  return calls.map((call) => located(call, place))
}

/** The call for members that appear later, and their ceiling; only a step that applies has it. */
export function declaredMembers(
  { action, target, direction }: Pick<PlannedStep, 'action' | 'target' | 'direction'>,
  place: Place,
): PlannedStep['members'] {
  const members = direction === 'apply' ? entryOf(action).members?.(target) : undefined
  return members && { ceiling: members.ceiling, call: located(members.call, place) }
}

function located(call: DeclaredCall, { arn, partition, region }: Place): DeclaredCall {
  const known: Values = { arn, partition, region }
  return { ...call, resource: String(fill(call.resource, known)) }
}

/**
 * Whether the ARN is one of the target, by its account, kind and name. Whether the name still belongs to the unique id is
 * for whoever reads the account.
 */
export function isArnOf(target: Target, arn: string, partition: string): boolean {
  const kind = target.kind === 'iam-role' ? 'role' : 'user'
  const name = target.kind === 'user-key' ? target.user.name : target.name
  const prefix = `arn:${partition}:iam::${target.account}:${kind}`
  // A wildcard in a resource would widen the session.
  return arn.startsWith(`${prefix}/`) && arn.slice(prefix.length).endsWith(`/${name}`) && !/[*?]/.test(arn)
}
