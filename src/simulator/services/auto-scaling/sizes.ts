import { randomUUID } from 'node:crypto'
import type {
  CreateAutoScalingGroupType,
  ScalingProcessQuery,
  SetDesiredCapacityType,
  Tag,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling'
import { fault } from '#simulator/services/absent'
import { interfacesOf, volumesOf } from '#simulator/services/ec2/attached'
import { find, requireItem } from '#simulator/services/ec2/places'
import { type AnyOperation, type Call, writing } from '#simulator/services/service'
import { tagsOf } from '#simulator/services/tags'
import type { AutoScalingGroup, LaunchTemplate } from '#simulator/state/tables'
import { groupsIn, invalid, putGroup, requireGroup } from './members.ts'
import { byGroup, groupArn, touchedGroup } from './named.ts'

type Nothing = Record<string, never>

/** What can be suspended: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
]

export const sizes: Readonly<Record<string, AnyOperation>> = {
  CreateAutoScalingGroup: writing<CreateAutoScalingGroupType, Nothing>({
    resources: byGroup,
    touched: touchedGroup,
    mayIgnore: ['HealthCheckGracePeriod', 'DefaultCooldown', 'AvailabilityZones'],
    run(input, call) {
      if (groupsIn(call).some(({ name }) => name === input.AutoScalingGroupName))
        throw fault('AlreadyExists', `AutoScalingGroup by this name already exists - ${input.AutoScalingGroupName}`)
      putGroup(call, newGroup(input, call))
      return {}
    },
  }),
  UpdateAutoScalingGroup: writing<UpdateAutoScalingGroupType, Nothing>({
    resources: byGroup,
    touched: touchedGroup,
    mayIgnore: ['HealthCheckGracePeriod', 'DefaultCooldown'],
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName)
      putGroup(call, { ...group, ...sizesOf(input, group), healthCheck: healthCheckOf(input) ?? group.healthCheck })
      return {}
    },
  }),
  SetDesiredCapacity: writing<SetDesiredCapacityType, Nothing>({
    resources: byGroup,
    touched: touchedGroup,
    mayIgnore: ['HonorCooldown'],
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName)
      const { DesiredCapacity: desired = group.desired } = input
      if (desired > group.max)
        throw invalid(
          `New SetDesiredCapacity value ${desired} is above max value ${group.max} for the AutoScalingGroup.`,
        )
      if (desired < group.min)
        throw invalid(
          `New SetDesiredCapacity value ${desired} is below min value ${group.min} for the AutoScalingGroup.`,
        )
      putGroup(call, { ...group, desired })
      return {}
    },
  }),
  SuspendProcesses: writing<ScalingProcessQuery, Nothing>({
    resources: byGroup,
    touched: touchedGroup,
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName)
      putGroup(call, { ...group, suspended: [...new Set([...group.suspended, ...processesOf(input)])].toSorted() })
      return {}
    },
  }),
  ResumeProcesses: writing<ScalingProcessQuery, Nothing>({
    resources: byGroup,
    touched: touchedGroup,
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName)
      const resumed = processesOf(input)
      putGroup(call, { ...group, suspended: group.suspended.filter((name) => !resumed.includes(name)) })
      return {}
    },
  }),
}

/** The processes that are named; all of them when none is. */
function processesOf({ ScalingProcesses: names = [] }: ScalingProcessQuery): readonly string[] {
  const unknown = names.find((name) => !PROCESSES.includes(name))
  if (unknown !== undefined) throw invalid(`${unknown} is not a valid process name.`)
  return names.length > 0 ? names : PROCESSES
}

/** The sizes that are asked for; a capacity that was not asked for follows into the new bounds. */
function sizesOf(
  { MinSize, MaxSize, DesiredCapacity }: Partial<UpdateAutoScalingGroupType>,
  now: Pick<AutoScalingGroup, 'min' | 'max' | 'desired'>,
): Pick<AutoScalingGroup, 'min' | 'max' | 'desired'> {
  const [min, max] = [MinSize ?? now.min, MaxSize ?? now.max]
  if (min > max) throw invalid(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`)
  const desired = DesiredCapacity ?? Math.min(Math.max(now.desired, min), max)
  if (desired < min || desired > max)
    throw invalid(`Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`)
  return { min, max, desired }
}

function healthCheckOf({ HealthCheckType: type }: { readonly HealthCheckType?: string | undefined }) {
  if (type !== undefined && type !== 'EC2' && type !== 'ELB') throw invalid(`${type} is not a valid health check type.`)
  return type
}

function newGroup(input: CreateAutoScalingGroupType, call: Call): AutoScalingGroup {
  const { AutoScalingGroupName: name = '', InstanceId, VPCZoneIdentifier, TargetGroupARNs = [] } = input
  if (InstanceId === undefined)
    throw invalid('At least an InstanceId is required: the simulator has no launch templates.')
  const model = requireItem(call, 'instance', InstanceId)
  const subnets = VPCZoneIdentifier?.split(',') ?? [model.subnet]
  return {
    name,
    arn: groupArn(call, name, randomUUID()),
    ...sizesOf(input, { min: 0, max: 0, desired: 0 }),
    zones: subnets.map((id) => find(call, 'subnet', id)?.zone ?? model.zone),
    subnets,
    members: [],
    healthCheck: healthCheckOf(input) ?? 'EC2',
    suspended: [],
    targetGroups: TargetGroupARNs,
    template: templateOf(call, InstanceId),
    createdAt: call.at,
    tags: tagsOf((input.Tags ?? []).map(({ Key, Value }: Partial<Tag>) => ({ Key, Value }))),
  }
}

/** Launches that make instances like this one. */
function templateOf(call: Call, id: string): LaunchTemplate {
  const { image, type, instanceProfile } = requireItem(call, 'instance', id)
  const [primary] = interfacesOf(call, id)
  const [root] = volumesOf(call, id)
  return {
    image,
    type,
    groups: primary?.groups ?? [],
    ...(instanceProfile ? { profileArn: instanceProfile.arn } : {}),
    sizeGib: root?.sizeGib ?? 8,
    tags: {},
  }
}
