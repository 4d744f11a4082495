import type {
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingGroup as GroupShape,
} from '@aws-sdk/client-auto-scaling'
import type { AutoScalingGroup } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { pageOf } from './pages.ts'
import { reading, type Service } from './service.ts'

const PAGE_SIZE = 50
const COOLDOWN_SECONDS = 300

export const autoScaling: Service = {
  signingName: 'autoscaling',
  protocol: 'awsQuery',
  xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
  eventSource: 'autoscaling.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-auto-scaling'),
  operations: {
    DescribeAutoScalingGroups: reading<AutoScalingGroupNamesType, AutoScalingGroupsType>({
      run(input, call) {
        if (input.Filters && input.Filters.length > 0) throw notImplemented('filters of Auto Scaling groups')
        const names = input.AutoScalingGroupNames ?? []
        const groups = call.state.list('autoScalingGroup', `${call.account}/${call.region}/`)
        const found = names.length === 0 ? groups : groups.filter(({ name }) => names.includes(name))
        const page = pageOf(found, { marker: input.NextToken, size: input.MaxRecords ?? PAGE_SIZE })
        return { AutoScalingGroups: page.items.map(groupShape), NextToken: page.next }
      },
    }),
  },
}

const groupShape = (group: AutoScalingGroup): GroupShape => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  MinSize: group.min,
  MaxSize: group.max,
  DesiredCapacity: group.desired,
  DefaultCooldown: COOLDOWN_SECONDS,
  AvailabilityZones: [...group.zones],
  VPCZoneIdentifier: group.subnets.join(','),
  HealthCheckType: 'EC2',
  HealthCheckGracePeriod: COOLDOWN_SECONDS,
  CreatedTime: new Date(group.createdAt),
  LoadBalancerNames: [],
  TargetGroupARNs: [],
  SuspendedProcesses: [],
  EnabledMetrics: [],
  TerminationPolicies: ['Default'],
  NewInstancesProtectedFromScaleIn: false,
  Instances: group.instances.map((id) => ({
    InstanceId: id,
    AvailabilityZone: group.zones[0],
    LifecycleState: 'InService',
    HealthStatus: 'Healthy',
    ProtectedFromScaleIn: false,
  })),
  Tags: Object.entries(group.tags).map(([Key, Value]) => ({
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch: false,
  })),
})
