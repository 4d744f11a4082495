import { hexId, resourceId } from '#simulator/identifiers'
import { terminateInstance } from '#simulator/services/ec2/attached'
import { launchInstance, rootDisk } from '#simulator/services/ec2/launch'
import { ec2Fault, find, type Moment, type Place, placeOf } from '#simulator/services/ec2/places'
import { deregister, register } from '#simulator/services/elastic-load-balancing/targets'
import type { AutoScalingGroup, GroupMember } from '#simulator/state/tables'
import { AwsFault } from '#simulator/wire/fault'

const VOLUME_GIB = 20
/** How long a member is shown on its way: callers must not count on immediate states. */
const ARRIVAL_MS = 400

export const scalingFault = (code: string, message: string): AwsFault => new AwsFault(code, message, { status: 400 })

export const groupsIn = (place: Place): readonly AutoScalingGroup[] =>
  place.state.list('autoScalingGroup', placeOf(place))

export function requireGroup(place: Place, name: string): AutoScalingGroup {
  const group = place.state.get('autoScalingGroup', placeOf(place) + name)
  if (group) return group
  throw scalingFault('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup: ${name}`)
}

export const putGroup = (place: Place, group: AutoScalingGroup): void =>
  place.state.put('autoScalingGroup', placeOf(place) + group.name, group)

/** The ARN of a new group. */
export const newGroupArn = ({ account, region }: Place, name: string): string => {
  const id = [8, 4, 4, 4, 12].map(hexId).join('-')
  return `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:${id}:autoScalingGroupName/${name}`
}

/** The group that an instance is in. */
export const groupOf = (place: Place, instance: string): AutoScalingGroup | undefined =>
  groupsIn(place).find(({ members }) => members.some((member) => member.instance === instance))

/** The group with some of its members changed; the others stay as they are. */
export const withMembers = (
  group: AutoScalingGroup,
  instances: readonly string[],
  change: (member: GroupMember) => GroupMember,
): AutoScalingGroup => ({
  ...group,
  members: group.members.map((member) => (instances.includes(member.instance) ? change(member) : member)),
})

/** Every one of the instances must be a member; the whole call is refused otherwise. */
export function requireMembers(
  { name, members }: AutoScalingGroup,
  instances: readonly string[],
): readonly GroupMember[] {
  return instances.map((instance) => {
    const member = members.find((one) => one.instance === instance)
    if (member) return member
    throw scalingFault('ValidationError', `The instance ${instance} is not part of Auto Scaling group ${name}.`)
  })
}

/** Sends members somewhere: those that leave service leave the target groups, those that come back are registered again. */
export function move(place: Moment, group: AutoScalingGroup, moved: Moved): AutoScalingGroup {
  const { instances, state } = moved
  for (const targetGroup of group.targetGroups)
    for (const instance of instances)
      (state === 'InService' ? register : deregister)(place, targetGroup, { id: instance })
  return withMembers(group, instances, (member) => ({ ...member, state, arrivesAt: place.at + ARRIVAL_MS }))
}

export interface Moved {
  readonly instances: readonly string[]
  readonly state: GroupMember['state']
}

/** Takes an instance in as a member in service. */
export function join(place: Moment, group: AutoScalingGroup, instance: string): AutoScalingGroup {
  for (const targetGroup of group.targetGroups) register(place, targetGroup, { id: instance })
  const member = { instance, state: 'InService', arrivesAt: place.at, isProtected: false } as const
  return { ...group, members: [...group.members, member] }
}

/** The group without the member, which goes on as an instance alone. */
export function leave(place: Moment, group: AutoScalingGroup, instance: string): AutoScalingGroup {
  for (const targetGroup of group.targetGroups) deregister(place, targetGroup, { id: instance })
  return { ...group, members: group.members.filter((member) => member.instance !== instance) }
}

/** Ends a member, whatever protects the instance from others. Source: Auto Scaling, termination protection does not prevent it. */
export function end(place: Moment, group: AutoScalingGroup, instance: string): AutoScalingGroup {
  const live = find(place, 'instance', instance)
  if (live && live.state !== 'terminated') terminateInstance(place, live)
  return leave(place, group, instance)
}

/** Starts and ends members until as many are in service as are desired; protected ones are ended by nobody. */
export function settle(place: Moment, group: AutoScalingGroup): AutoScalingGroup {
  const inService = group.members.filter(({ state }) => state === 'InService')
  if (inService.length < group.desired && !group.suspended.includes('Launch'))
    return settle(place, join(place, group, start(place, group)))
  const spare = inService.find(({ isProtected }) => !isProtected)
  if (inService.length > group.desired && spare && !group.suspended.includes('Terminate'))
    return settle(place, end(place, group, spare.instance))
  return group
}

function start(place: Moment, { name, subnets, launch }: AutoScalingGroup): string {
  const subnet = find(place, 'subnet', subnets[0] ?? '')
  if (!subnet) throw ec2Fault('InvalidSubnetID.NotFound', `The subnet ID '${subnets[0]}' does not exist`)
  const tags = { Name: launch.name, 'aws:autoscaling:groupName': name }
  const { id } = launchInstance(place, {
    image: launch.image,
    type: launch.type,
    subnet,
    groups: launch.groups,
    ...(launch.profileArn === undefined ? {} : { profileArn: launch.profileArn }),
    disks: [rootDisk(VOLUME_GIB)],
    reservation: resourceId('r'),
    tags: { instance: tags, volume: {} },
  })
  return id
}
