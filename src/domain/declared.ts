import type { Terms } from '#domain/catalogue/entry'
import { entryOf } from '#domain/catalogue/erased'
import type { PlannedStep } from './plan.ts'
import { type DeclaredCall, fill, type Grant, type Values } from './state.ts'
import { type Target, type TargetKind, targetName, targetRegion } from './targets.ts'

/** Where a target is: what the catalogue writes as `{arn}`, `{partition}` and `{region}`. */
export interface Place {
  readonly arn: string
  readonly partition: string
  readonly region: string
}

/** What the calls of a step are made of. */
export type Declaring = Pick<PlannedStep, 'action' | 'target' | 'before'> & { readonly terms: Terms }

/** The calls that a step must have, by the catalogue: to apply it, or to put back the calls of `done`. */
export function declaredCalls(
  { action, target, before, terms }: Declaring,
  place: Place,
  done?: readonly DeclaredCall[],
): readonly DeclaredCall[] {
  const entry = entryOf(action)
  const calls = done === undefined ? entry.calls(target, before, terms) : entry.undo(target, done, before)
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
  const locate = <G extends Grant>(grant: G): G => ({ ...grant, resource: String(fill(grant.resource, known)) })
  return { ...locate(call), ...(call.grants === undefined ? {} : { grants: call.grants.map(locate) }) }
}

/**
 * Whether the ARN is one of the target, by its account, kind and name. Whether the name still belongs to the unique id is
 * for whoever reads the account.
 */
export function isArnOf(target: Target, arn: string, partition: string): boolean {
  const prefix = `arn:${partition}:${arnPrefix(target)}`
  // A wildcard in a resource would widen the session.
  return (
    arn.startsWith(`${prefix}/`) && arn.slice(prefix.length).endsWith(`/${targetName(target)}`) && !/[*?]/.test(arn)
  )
}

/** How the ARN of a target begins, after its partition and before any path. */
export const arnPrefix = (target: Target): string => {
  const { service, type } = arnParts[target.kind]
  return `${service}:${targetRegion(target) ?? ''}:${target.account}:${type}`
}

const arnParts: Readonly<Record<TargetKind, { readonly service: string; readonly type: string }>> = {
  'iam-user': { service: 'iam', type: 'user' },
  'iam-role': { service: 'iam', type: 'role' },
  'user-key': { service: 'iam', type: 'user' },
  'ec2-instance': { service: 'ec2', type: 'instance' },
  'instance-sessions': { service: 'iam', type: 'role' },
  'guardduty-findings': { service: 'guardduty', type: 'detector' },
  'archive-filter': { service: 'guardduty', type: 'detector' },
  'finding-feedback': { service: 'guardduty', type: 'detector' },
  'hub-finding': { service: 'securityhub', type: 'hub' },
}
