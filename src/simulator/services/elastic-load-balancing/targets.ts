import { interfacesOf } from '#simulator/services/ec2/attached'
import { find, type Moment, type Place, placeOf } from '#simulator/services/ec2/places'
import { letsThrough } from '#simulator/services/ec2/security-rules'
import type { LoadTarget, TargetGroup } from '#simulator/state/tables'
import { AwsFault } from '#simulator/wire/fault'

export const targetGroupsIn = (place: Place): readonly TargetGroup[] => place.state.list('targetGroup', placeOf(place))

export function requireTargetGroup(place: Place, arn: string): TargetGroup {
  const group = targetGroupsIn(place).find((one) => one.arn === arn)
  if (group) return group
  throw new AwsFault('TargetGroupNotFound', `Target groups '${arn}' not found`, { status: 400 })
}

export const putTargetGroup = (place: Place, group: TargetGroup): void =>
  place.state.put('targetGroup', placeOf(place) + group.name, group)

interface Named {
  readonly id: string
  /** The group’s own when it is left out. */
  readonly port?: number
}

/** Sends requests to the instance; one that is a target already stays as it is. */
export function register(place: Moment, arn: string, { id, port }: Named): void {
  const group = requireTargetGroup(place, arn)
  const target = { id, port: port ?? group.port, since: place.at }
  if (!group.targets.some((one) => isSame(one, target)))
    putTargetGroup(place, { ...group, targets: [...group.targets, target] })
}

/** Sends no more requests to the instance; what is no target is no error. */
export function deregister(place: Moment, arn: string, { id, port }: Named): void {
  const group = requireTargetGroup(place, arn)
  const targets = group.targets.filter((one) => one.id !== id || (port !== undefined && one.port !== port))
  putTargetGroup(place, { ...group, targets })
}

const isSame = (one: LoadTarget, other: LoadTarget): boolean => one.id === other.id && one.port === other.port

/** Whether the health check reaches the target: the instance runs and its groups let the port in. */
export function isReached(place: Place, { id, port }: LoadTarget): boolean {
  const isRunning = find(place, 'instance', id)?.state === 'running'
  const groups = interfacesOf(place, id).flatMap((one) => one.groups)
  return (
    isRunning &&
    groups.some((group) => (find(place, 'securityGroup', group)?.ingress ?? []).some((rule) => letsThrough(rule, port)))
  )
}
