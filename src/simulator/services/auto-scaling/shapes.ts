import { randomUUID } from 'node:crypto'
import type { Activity, AutoScalingInstanceDetails, AutoScalingGroup as GroupShape } from '@aws-sdk/client-auto-scaling'
import { find, type Moment, type Place } from '#simulator/services/ec2/places'
import type { AutoScalingGroup, ScalingMember } from '#simulator/state/tables'

const COOLDOWN_SECONDS = 300

export const groupShape = (place: Place, group: AutoScalingGroup): GroupShape => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  MinSize: group.min,
  MaxSize: group.max,
  DesiredCapacity: group.desired,
  DefaultCooldown: COOLDOWN_SECONDS,
  AvailabilityZones: [...group.zones],
  VPCZoneIdentifier: group.subnets.join(','),
  HealthCheckType: group.healthCheck,
  HealthCheckGracePeriod: 0,
  CreatedTime: new Date(group.createdAt),
  LoadBalancerNames: [],
  TargetGroupARNs: [...group.targetGroups],
  SuspendedProcesses: group.suspended.map((ProcessName) => ({ ProcessName, SuspensionReason: 'User suspended' })),
  EnabledMetrics: [],
  TerminationPolicies: ['Default'],
  NewInstancesProtectedFromScaleIn: false,
  Instances: group.members.map((member) => memberShape(place, member)),
  Tags: Object.entries(group.tags).map(([Key, Value]) => ({
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch: false,
  })),
})

function memberShape(place: Place, member: ScalingMember) {
  const instance = find(place, 'instance', member.instance)
  return {
    InstanceId: member.instance,
    InstanceType: instance?.type,
    AvailabilityZone: instance?.zone ?? '',
    LifecycleState: member.lifecycle,
    HealthStatus: member.health,
    ProtectedFromScaleIn: member.protectedFromScaleIn,
  }
}

/** DescribeAutoScalingInstances writes health in capitals, DescribeAutoScalingGroups does not. */
export const instanceShape = (
  place: Place,
  group: AutoScalingGroup,
  member: ScalingMember,
): AutoScalingInstanceDetails => ({
  ...memberShape(place, member),
  AutoScalingGroupName: group.name,
  HealthStatus: member.health.toUpperCase(),
})

export const activity = (place: Moment, group: AutoScalingGroup, description: string): Activity => ({
  ActivityId: randomUUID(),
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  Description: description,
  Cause: `At ${new Date(place.at).toISOString()} a user asked for it.`,
  StartTime: new Date(place.at),
  StatusCode: 'InProgress',
  Progress: 50,
  Details: '{}',
})
