import type {
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingInstancesType,
  DescribeAutoScalingInstancesType,
} from '@aws-sdk/client-auto-scaling'
import { pageOf } from '#simulator/services/pages'
import { reading, type Service } from '#simulator/services/service'
import { notImplemented } from '#simulator/wire/fault'
import { groupsIn } from './members.ts'
import { membership } from './membership.ts'
import { groupShape, instanceShape } from './shapes.ts'
import { sizes } from './sizes.ts'

const PAGE_SIZE = 50

export const autoScaling: Service = {
  signingName: 'autoscaling',
  protocol: 'awsQuery',
  xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
  eventSource: 'autoscaling.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-auto-scaling'),
  operations: {
    DescribeAutoScalingGroups: reading<AutoScalingGroupNamesType, AutoScalingGroupsType>({
      mayIgnore: ['IncludeInstances'],
      run(input, call) {
        if (input.Filters && input.Filters.length > 0) throw notImplemented('filters of Auto Scaling groups')
        const names = input.AutoScalingGroupNames ?? []
        const found = groupsIn(call).filter(({ name }) => names.length === 0 || names.includes(name))
        const page = pageOf(found, { marker: input.NextToken, size: input.MaxRecords ?? PAGE_SIZE })
        return { AutoScalingGroups: page.items.map((group) => groupShape(call, group)), NextToken: page.next }
      },
    }),
    DescribeAutoScalingInstances: reading<DescribeAutoScalingInstancesType, AutoScalingInstancesType>({
      mayIgnore: ['IncludeManagedResources'],
      run(input, call) {
        const ids = input.InstanceIds ?? []
        const found = groupsIn(call)
          .flatMap((group) => group.members.map((member) => instanceShape(call, group, member)))
          .filter(({ InstanceId = '' }) => ids.length === 0 || ids.includes(InstanceId))
        const page = pageOf(found, { marker: input.NextToken, size: input.MaxRecords ?? PAGE_SIZE })
        return { AutoScalingInstances: [...page.items], NextToken: page.next }
      },
    }),
    ...membership,
    ...sizes,
  },
}
