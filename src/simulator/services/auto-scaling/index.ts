import type {
  AttachInstancesQuery,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingInstancesType,
  CreateAutoScalingGroupType,
  DescribeAutoScalingInstancesType,
  DetachInstancesAnswer,
  DetachInstancesQuery,
  ScalingProcessQuery,
  SetDesiredCapacityType,
  SetInstanceProtectionQuery,
  TerminateInstanceInAutoScalingGroupType,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling'
import { interfacesOf } from '#simulator/services/ec2/attached'
import { all, requireItem } from '#simulator/services/ec2/places'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, type Service, writing } from '#simulator/services/service'
import type { AutoScalingGroup, LaunchSettings, Subnet } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import {
  end,
  groupOf,
  groupsIn,
  join,
  leave,
  newGroupArn,
  putGroup,
  requireGroup,
  requireMembers,
  scalingFault,
  settle,
  withMembers,
} from './groups.ts'
import { activityShape, groupShape, instanceShape } from './shapes.ts'
import { groupArn, standby } from './standby.ts'

const PAGE_SIZE = 50
const DEFAULT_GRACE_SECONDS = 0

type Nothing = Record<string, never>

/** Source: Auto Scaling, suspending processes. */
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

const operations: Readonly<Record<string, AnyOperation>> = {
  ...standby,
  DescribeAutoScalingGroups: reading<AutoScalingGroupNamesType, AutoScalingGroupsType>({
    run(input, call) {
      if (input.Filters && input.Filters.length > 0) throw notImplemented('filters of Auto Scaling groups')
      const names = input.AutoScalingGroupNames ?? []
      const found = groupsIn(call).filter(({ name }) => names.length === 0 || names.includes(name))
      const page = pageOf(found, { marker: input.NextToken, size: input.MaxRecords ?? PAGE_SIZE })
      return { AutoScalingGroups: page.items.map((group) => groupShape(group, call.at)), NextToken: page.next }
    },
  }),
  DescribeAutoScalingInstances: reading<DescribeAutoScalingInstancesType, AutoScalingInstancesType>({
    run(input, call) {
      const ids = input.InstanceIds ?? []
      const found = groupsIn(call).flatMap((group) => group.members.map((member) => ({ group, member })))
      const wanted = found.filter(({ member }) => ids.length === 0 || ids.includes(member.instance))
      const page = pageOf(wanted, { marker: input.NextToken, size: input.MaxRecords ?? PAGE_SIZE })
      return {
        AutoScalingInstances: page.items.map(({ group, member }) => instanceShape(group, member, call.at)),
        NextToken: page.next,
      }
    },
  }),
  CreateAutoScalingGroup: writing<CreateAutoScalingGroupType, Nothing>({
    run(input, call) {
      const name = input.AutoScalingGroupName ?? ''
      if (groupsIn(call).some((group) => group.name === name))
        throw scalingFault('AlreadyExists', `AutoScalingGroup by this name already exists - ${name}`)
      putGroup(call, settle(call, newGroup(input, call)))
      return {}
    },
  }),
  UpdateAutoScalingGroup: writing<UpdateAutoScalingGroupType, Nothing>({
    resources: groupArn,
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName ?? '')
      const { MinSize: min = group.min, MaxSize: max = group.max } = input
      const desired = input.DesiredCapacity ?? Math.min(Math.max(group.desired, min), max)
      putGroup(call, settle(call, sized(group, { min, max, desired })))
      return {}
    },
  }),
  SetDesiredCapacity: writing<SetDesiredCapacityType, Nothing>({
    resources: groupArn,
    mayIgnore: ['HonorCooldown'],
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName ?? '')
      putGroup(call, settle(call, sized(group, { ...group, desired: input.DesiredCapacity ?? group.desired })))
      return {}
    },
  }),
  SetInstanceProtection: writing<SetInstanceProtectionQuery, Nothing>({
    resources: groupArn,
    run({ AutoScalingGroupName: name = '', InstanceIds: instances = [], ProtectedFromScaleIn }, call) {
      const group = requireGroup(call, name)
      requireMembers(group, instances)
      const isProtected = ProtectedFromScaleIn === true
      putGroup(
        call,
        withMembers(group, instances, (member) => ({ ...member, isProtected })),
      )
      return {}
    },
  }),
  SuspendProcesses: writing<ScalingProcessQuery, Nothing>({
    resources: groupArn,
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName ?? '')
      putGroup(call, { ...group, suspended: [...new Set([...group.suspended, ...processesOf(input)])] })
      return {}
    },
  }),
  ResumeProcesses: writing<ScalingProcessQuery, Nothing>({
    resources: groupArn,
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName ?? '')
      const resumed = processesOf(input)
      const suspended = group.suspended.filter((process) => !resumed.includes(process))
      putGroup(call, settle(call, { ...group, suspended }))
      return {}
    },
  }),
  AttachInstances: writing<AttachInstancesQuery, Nothing>({
    resources: groupArn,
    run({ AutoScalingGroupName: name = '', InstanceIds: instances = [] }, call) {
      const group = requireGroup(call, name)
      const desired = group.desired + instances.length
      const joined = instances.reduce((grown, id) => join(call, grown, requireItem(call, 'instance', id).id), group)
      putGroup(call, sized(joined, { ...group, desired }))
      return {}
    },
  }),
  DetachInstances: writing<DetachInstancesQuery, DetachInstancesAnswer>({
    resources: groupArn,
    run({ AutoScalingGroupName: name = '', InstanceIds: instances = [], ShouldDecrementDesiredCapacity }, call) {
      const group = requireGroup(call, name)
      requireMembers(group, instances)
      const desired = ShouldDecrementDesiredCapacity === true ? group.desired - instances.length : group.desired
      const left = instances.reduce((smaller, id) => leave(call, smaller, id), group)
      putGroup(call, settle(call, sized(left, { ...group, desired })))
      return { Activities: instances.map((id) => activityShape(call, group, `Detaching EC2 instance: ${id}`)) }
    },
  }),
  TerminateInstanceInAutoScalingGroup: writing<TerminateInstanceInAutoScalingGroupType, object>({
    run({ InstanceId: id = '', ShouldDecrementDesiredCapacity }, call) {
      const group = groupOf(call, id)
      if (!group) throw scalingFault('ValidationError', `Instance Id not found - No managed instance found for ${id}`)
      call.check('autoscaling:TerminateInstanceInAutoScalingGroup', group.arn)
      const desired = ShouldDecrementDesiredCapacity === true ? group.desired - 1 : group.desired
      putGroup(call, settle(call, end(call, sized(group, { ...group, desired }), id)))
      return { Activity: activityShape(call, group, `Terminating EC2 instance: ${id}`) }
    },
  }),
}

export const autoScaling: Service = {
  signingName: 'autoscaling',
  protocol: 'awsQuery',
  xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
  eventSource: 'autoscaling.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-auto-scaling'),
  operations,
}

type Sizes = Pick<AutoScalingGroup, 'min' | 'max' | 'desired'>

function sized(group: AutoScalingGroup, { min, max, desired }: Sizes): AutoScalingGroup {
  if (min <= desired && desired <= max) return { ...group, min, max, desired }
  throw scalingFault(
    'ValidationError',
    `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
  )
}

function newGroup(input: CreateAutoScalingGroupType, call: Call): AutoScalingGroup {
  const { AutoScalingGroupName: name = '', HealthCheckType, TargetGroupARNs = [], Tags = [] } = input
  const subnet = subnetOf(input, call)
  const group: AutoScalingGroup = {
    name,
    arn: newGroupArn(call, name),
    min: 0,
    max: 0,
    desired: 0,
    zones: [subnet.zone],
    subnets: [subnet.id],
    members: [],
    healthCheck: HealthCheckType === 'ELB' ? 'ELB' : 'EC2',
    graceSeconds: input.HealthCheckGracePeriod ?? DEFAULT_GRACE_SECONDS,
    targetGroups: [...TargetGroupARNs],
    suspended: [],
    launch: launchOf(input, call, subnet),
    createdAt: call.at,
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
  }
  const { MinSize: min = 0, MaxSize: max = 0 } = input
  return sized(group, { min, max, desired: input.DesiredCapacity ?? min })
}

function subnetOf({ VPCZoneIdentifier: named = '' }: CreateAutoScalingGroupType, call: Call): Subnet {
  const ids = named.split(',').filter((id) => id !== '')
  const [subnet = all(call, 'subnet')[0]] = ids.map((id) => requireItem(call, 'subnet', id))
  if (subnet) return subnet
  throw scalingFault('ValidationError', 'At least one Availability Zone or VPC Subnet is required.')
}

/** As the named instance is, which is no member itself. Source: CreateAutoScalingGroup, InstanceId. */
function launchOf({ InstanceId: id }: CreateAutoScalingGroupType, call: Call, { vpc }: Subnet): LaunchSettings {
  if (id === undefined) throw notImplemented('Auto Scaling groups that are not made from an instance')
  const { image, type, instanceProfile, tags } = requireItem(call, 'instance', id)
  const [network] = interfacesOf(call, id)
  return {
    name: tags['Name'] ?? id,
    image,
    type,
    groups: network?.vpc === vpc ? network.groups : [],
    ...(instanceProfile === undefined ? {} : { profileArn: instanceProfile.arn }),
  }
}

function processesOf({ ScalingProcesses: processes = PROCESSES }: ScalingProcessQuery): readonly string[] {
  const unknown = processes.find((process) => !PROCESSES.includes(process))
  if (unknown !== undefined) throw scalingFault('ValidationError', `${unknown} is not a valid process type`)
  return processes
}
