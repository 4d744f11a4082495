import { interfacesOf } from '#simulator/services/ec2/attached'
import { find, type Moment, type Place, placeOf } from '#simulator/services/ec2/places'
import { letsThrough } from '#simulator/services/ec2/security-rules'
import type { SecurityRule, Target, TargetGroup } from '#simulator/state/tables'

const FIRST_CHECK_MS = 400
const DRAINING_MS = 800

export const targetGroupsIn = (place: Place): readonly TargetGroup[] => place.state.list('targetGroup', placeOf(place))

export const putTargetGroup = (place: Place, group: TargetGroup): void =>
  place.state.put('targetGroup', placeOf(place) + group.name, group)

export const findTargetGroup = (place: Place, arn: string): TargetGroup | undefined =>
  targetGroupsIn(place).find((group) => group.arn === arn)

/** Adds targets; one that is there stays as it is, unless it is on its way out. */
export function registerTargets(
  place: Moment,
  group: TargetGroup,
  added: readonly { readonly id: string; readonly port?: number | undefined }[],
): void {
  const fresh = added
    .map(({ id, port = group.port }) => ({ id, port, state: 'initial' as const, since: place.at }))
    .filter((one) => !group.targets.some((known) => isSameTarget(known, one) && known.state !== 'draining'))
  const kept = group.targets.filter((known) => !fresh.some((one) => isSameTarget(known, one)))
  putTargetGroup(place, { ...group, targets: [...kept, ...fresh] })
}

/** Lets targets drain; without a port all ports of the instance. */
export function deregisterTargets(
  place: Moment,
  group: TargetGroup,
  gone: readonly { readonly id: string; readonly port?: number | undefined }[],
): void {
  const goes = (target: Target): boolean =>
    gone.some(({ id, port = target.port }) => target.id === id && target.port === port)
  const targets = group.targets.map((target) =>
    goes(target) && target.state !== 'draining' ? { ...target, state: 'draining' as const, since: place.at } : target,
  )
  putTargetGroup(place, { ...group, targets })
}

const isSameTarget = (left: Pick<Target, 'id' | 'port'>, right: Pick<Target, 'id' | 'port'>): boolean =>
  left.id === right.id && left.port === right.port

/** What the load balancer sees now: who has drained is gone, who does not answer is unhealthy. */
export function checkTargets(place: Moment, group: TargetGroup): TargetGroup {
  const targets = group.targets.flatMap((target) => checked(place, target))
  return { ...group, targets }
}

function checked(place: Moment, target: Target): readonly Target[] {
  const age = place.at - target.since
  if (target.state === 'draining') return age < DRAINING_MS ? [target] : []
  if (target.state === 'initial' && age < FIRST_CHECK_MS) return [target]
  const state = answers(place, target) ? 'healthy' : 'unhealthy'
  return [state === target.state ? target : { ...target, state, since: place.at }]
}

const answers = (place: Place, { id, port }: Target): boolean =>
  find(place, 'instance', id)?.state === 'running' &&
  rulesOf(place, id, 'ingress').some((rule) => letsThrough(rule, port))

/** The rules of all groups of all interfaces of an instance. */
export const rulesOf = (place: Place, instance: string, direction: 'ingress' | 'egress'): readonly SecurityRule[] =>
  interfacesOf(place, instance)
    .flatMap(({ groups }) => groups)
    .flatMap((id) => find(place, 'securityGroup', id)?.[direction] ?? [])
