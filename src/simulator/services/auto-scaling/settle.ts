import { resourceId } from '#simulator/identifiers'
import { launchInstance, rootDisk } from '#simulator/services/ec2/launch'
import { find, type Moment } from '#simulator/services/ec2/places'
import { findTargetGroup } from '#simulator/services/elastic-load-balancing/targets'
import type { AutoScalingGroup, ScalingMember } from '#simulator/state/tables'
import { enterTargetGroups, newMember, terminateMembers, withMembers } from './members.ts'

/** How long a target must have failed before Auto Scaling believes it. */
const UNHEALTHY_AFTER_MS = 500

/** One look of Auto Scaling at a group: what was passing has passed, who is unhealthy is ended, and the capacity is what is desired. */
export function settleGroup(place: Moment, group: AutoScalingGroup): AutoScalingGroup {
  const passed = { ...group, members: group.members.flatMap((member) => pass(place, member)) }
  return fitCapacity(place, endUnhealthy(place, noteHealth(place, passed)))
}

const NEXT: Readonly<Partial<Record<ScalingMember['lifecycle'], ScalingMember['lifecycle'] | 'gone'>>> = {
  Pending: 'InService',
  EnteringStandby: 'Standby',
  Terminating: 'gone',
  Detaching: 'gone',
}

function pass({ at }: Moment, member: ScalingMember): readonly ScalingMember[] {
  const { settlesAt, ...settled } = member
  const next = NEXT[member.lifecycle]
  if (next === undefined || settlesAt === undefined || at < settlesAt) return [member]
  return next === 'gone' ? [] : [{ ...settled, lifecycle: next }]
}

const suspends = (group: AutoScalingGroup, process: string): boolean => group.suspended.includes(process)

/** Only instances in service are looked at: one in standby may fail as it likes. */
function noteHealth(place: Moment, group: AutoScalingGroup): AutoScalingGroup {
  if (suspends(group, 'HealthCheck')) return group
  const failed = group.members
    .filter(({ lifecycle, instance }) => lifecycle === 'InService' && hasFailed(place, group, instance))
    .map(({ instance }) => instance)
  return failed.length > 0 ? withMembers(group, failed, { health: 'Unhealthy' }) : group
}

function hasFailed(place: Moment, group: AutoScalingGroup, id: string): boolean {
  if (find(place, 'instance', id)?.state !== 'running') return true
  if (group.healthCheck !== 'ELB') return false
  return group.targetGroups
    .flatMap((arn) => findTargetGroup(place, arn)?.targets ?? [])
    .some((target) => target.id === id && target.state === 'unhealthy' && place.at - target.since >= UNHEALTHY_AFTER_MS)
}

function endUnhealthy(place: Moment, group: AutoScalingGroup): AutoScalingGroup {
  if (suspends(group, 'ReplaceUnhealthy') || suspends(group, 'Terminate')) return group
  const unhealthy = group.members
    .filter(({ lifecycle, health }) => lifecycle === 'InService' && health === 'Unhealthy')
    .map(({ instance }) => instance)
  return unhealthy.length > 0 ? terminateMembers(place, group, unhealthy) : group
}

const COUNTED: readonly ScalingMember['lifecycle'][] = ['Pending', 'InService']

function fitCapacity(place: Moment, group: AutoScalingGroup): AutoScalingGroup {
  const counted = group.members.filter(({ lifecycle }) => COUNTED.includes(lifecycle))
  const missing = group.desired - counted.length
  if (missing > 0 && !suspends(group, 'Launch')) return launchMembers(place, group, missing)
  if (missing < 0 && !suspends(group, 'Terminate')) return scaleIn(place, group, -missing)
  return group
}

function launchMembers(place: Moment, group: AutoScalingGroup, count: number): AutoScalingGroup {
  const subnet = find(place, 'subnet', group.subnets[0] ?? '')
  if (!subnet) return group
  const { image, type, groups, profileArn, sizeGib, tags } = group.template
  const made = Array.from({ length: count }, () =>
    launchInstance(place, {
      image,
      type,
      subnet,
      groups,
      ...(profileArn === undefined ? {} : { profileArn }),
      disks: [rootDisk(sizeGib)],
      reservation: resourceId('r'),
      tags: { instance: { ...tags, 'aws:autoscaling:groupName': group.name }, volume: tags },
    }),
  )
  enterTargetGroups(
    place,
    group,
    made.map(({ id }) => id),
  )
  return { ...group, members: [...group.members, ...made.map(({ id }) => newMember(place, id))] }
}

/** Ends the oldest that nothing protects. */
function scaleIn(place: Moment, group: AutoScalingGroup, count: number): AutoScalingGroup {
  const launchedAt = (id: string): number => find(place, 'instance', id)?.launchedAt ?? 0
  const victims = group.members
    .filter(({ lifecycle, protectedFromScaleIn }) => lifecycle === 'InService' && !protectedFromScaleIn)
    .map(({ instance }) => instance)
    .toSorted((left, right) => launchedAt(left) - launchedAt(right))
    .slice(0, count)
  return victims.length > 0 ? terminateMembers(place, group, victims) : group
}
