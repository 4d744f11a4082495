import type {
  Activity,
  AutoScalingInstanceDetails,
  AutoScalingGroup as GroupShape,
  Instance,
} from '@aws-sdk/client-auto-scaling'
import { hexId } from '#simulator/identifiers'
import type { Moment } from '#simulator/services/ec2/places'
import type { AutoScalingGroup, GroupMember } from '#simulator/state/tables'

const COOLDOWN_SECONDS = 300

export const groupShape = (group: AutoScalingGroup, at: number): GroupShape => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  LaunchConfigurationName: group.launch.name,
  MinSize: group.min,
  MaxSize: group.max,
  DesiredCapacity: group.desired,
  DefaultCooldown: COOLDOWN_SECONDS,
  AvailabilityZones: [...group.zones],
  VPCZoneIdentifier: group.subnets.join(','),
  HealthCheckType: group.healthCheck,
  HealthCheckGracePeriod: group.graceSeconds,
  CreatedTime: new Date(group.createdAt),
  LoadBalancerNames: [],
  TargetGroupARNs: [...group.targetGroups],
  SuspendedProcesses: group.suspended.map((ProcessName) => ({
    ProcessName,
    SuspensionReason: 'User suspended at the request of a user',
  })),
  EnabledMetrics: [],
  TerminationPolicies: ['Default'],
  NewInstancesProtectedFromScaleIn: false,
  Instances: group.members.map((member) => memberShape(group, member, at)),
  Tags: Object.entries(group.tags).map(([Key, Value]) => ({
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch: false,
  })),
})

/** Source: Auto Scaling, instance lifecycle. */
const onTheWay = { InService: 'Pending', Standby: 'EnteringStandby' } as const

const lifecycleOf = ({ state, arrivesAt }: GroupMember, at: number) => (at < arrivesAt ? onTheWay[state] : state)

const memberShape = ({ zones, launch }: AutoScalingGroup, member: GroupMember, at: number): Instance => ({
  InstanceId: member.instance,
  InstanceType: launch.type,
  AvailabilityZone: zones[0],
  LifecycleState: lifecycleOf(member, at),
  HealthStatus: 'Healthy',
  ProtectedFromScaleIn: member.isProtected,
  LaunchConfigurationName: launch.name,
})

export const instanceShape = (
  { name, zones, launch }: AutoScalingGroup,
  member: GroupMember,
  at: number,
): AutoScalingInstanceDetails => ({
  InstanceId: member.instance,
  InstanceType: launch.type,
  AutoScalingGroupName: name,
  AvailabilityZone: zones[0],
  LifecycleState: lifecycleOf(member, at),
  HealthStatus: 'HEALTHY',
  ProtectedFromScaleIn: member.isProtected,
  LaunchConfigurationName: launch.name,
})

/** What a change of members answers: one activity for each. */
export const activityShape = ({ at }: Moment, group: AutoScalingGroup, description: string): Activity => ({
  ActivityId: [8, 4, 4, 4, 12].map(hexId).join('-'),
  AutoScalingGroupName: group.name,
  Description: description,
  Cause: `At ${new Date(at).toISOString()} a user asked for it.`,
  StartTime: new Date(at),
  StatusCode: 'InProgress',
  Progress: 50,
})
