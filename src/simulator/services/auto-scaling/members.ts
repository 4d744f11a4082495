import { fault } from '#simulator/services/absent'
import { terminateInstance } from '#simulator/services/ec2/attached'
import { find, type Moment, type Place, placeOf } from '#simulator/services/ec2/places'
import { deregisterTargets, findTargetGroup, registerTargets } from '#simulator/services/elastic-load-balancing/targets'
import type { AutoScalingGroup, ScalingMember } from '#simulator/state/tables'

/** How long the states last that an instance only passes through. */
export const PASSING_MS = 800

export const groupsIn = (place: Place): readonly AutoScalingGroup[] =>
  place.state.list('autoScalingGroup', placeOf(place))

export const putGroup = (place: Place, group: AutoScalingGroup): void =>
  place.state.put('autoScalingGroup', placeOf(place) + group.name, group)

export const invalid = (message: string) => fault('ValidationError', message)

export function requireGroup(place: Place, name: string | undefined): AutoScalingGroup {
  const group = place.state.get('autoScalingGroup', `${placeOf(place)}${name}`)
  if (!group) throw invalid('AutoScalingGroup name not found - AutoScalingGroup not found')
  return group
}

/** The members with these ids, each in one of these states. */
export function membersNamed(
  group: AutoScalingGroup,
  ids: readonly string[],
  states: readonly ScalingMember['lifecycle'][],
): readonly ScalingMember[] {
  return ids.map((id) => {
    const member = group.members.find(({ instance }) => instance === id)
    if (!member) throw invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`)
    if (!states.includes(member.lifecycle)) throw invalid(`The instance ${id} is not in ${states.join(' or ')}.`)
    return member
  })
}

/** The group with these members changed. */
export const withMembers = (
  group: AutoScalingGroup,
  ids: readonly string[],
  change: Partial<ScalingMember>,
): AutoScalingGroup => ({
  ...group,
  members: group.members.map((member) => (ids.includes(member.instance) ? { ...member, ...change } : member)),
})

/** Puts members into a state that passes. */
export const passing = (
  place: Pick<Moment, 'at'>,
  lifecycle: 'Pending' | 'EnteringStandby' | 'Terminating' | 'Detaching',
): Partial<ScalingMember> => ({ lifecycle, settlesAt: place.at + PASSING_MS })

export const newMember = (place: Pick<Moment, 'at'>, instance: string): ScalingMember => ({
  instance,
  lifecycle: 'Pending',
  settlesAt: place.at + PASSING_MS,
  protectedFromScaleIn: false,
  health: 'Healthy',
})

export function enterTargetGroups(place: Moment, group: AutoScalingGroup, ids: readonly string[]): void {
  for (const arn of group.targetGroups) {
    const targets = findTargetGroup(place, arn)
    if (targets)
      registerTargets(
        place,
        targets,
        ids.map((id) => ({ id })),
      )
  }
}

export function leaveTargetGroups(place: Moment, group: AutoScalingGroup, ids: readonly string[]): void {
  for (const arn of group.targetGroups) {
    const targets = findTargetGroup(place, arn)
    if (targets)
      deregisterTargets(
        place,
        targets,
        ids.map((id) => ({ id })),
      )
  }
}

/** Ends members as Auto Scaling does: without asking for termination protection. */
export function terminateMembers(place: Moment, group: AutoScalingGroup, ids: readonly string[]): AutoScalingGroup {
  leaveTargetGroups(place, group, ids)
  for (const id of ids) {
    const instance = find(place, 'instance', id)
    if (instance && instance.state !== 'terminated') terminateInstance(place, instance)
  }
  return withMembers(group, ids, passing(place, 'Terminating'))
}
