import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeregisterTargetsInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  TargetGroup as GroupShape,
  RegisterTargetsInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { hexId } from '#simulator/identifiers'
import type { Place } from '#simulator/services/ec2/places'
import { pageOf } from '#simulator/services/pages'
import { reading, type Service, writing } from '#simulator/services/service'
import type { LoadTarget, TargetGroup } from '#simulator/state/tables'
import { AwsFault, notImplemented } from '#simulator/wire/fault'
import { deregister, isReached, putTargetGroup, register, requireTargetGroup, targetGroupsIn } from './targets.ts'

const PAGE_SIZE = 400
const DEFAULT_PORT = 80

type Nothing = Record<string, never>

const itsArn = ({ TargetGroupArn: arn = '*' }: { readonly TargetGroupArn?: string | undefined }): readonly string[] => [
  arn,
]

export const newTargetGroupArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${name}/${hexId(16)}`

/** Load balancing as far as targets and their health go; there are no balancers. */
export const elasticLoadBalancing: Service = {
  signingName: 'elasticloadbalancing',
  protocol: 'awsQuery',
  xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  eventSource: 'elasticloadbalancing.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  operations: {
    CreateTargetGroup: writing<CreateTargetGroupInput, CreateTargetGroupOutput>({
      run({ Name: name = '', Protocol: protocol = 'HTTP', Port: port = DEFAULT_PORT, VpcId: vpc = '' }, call) {
        if (targetGroupsIn(call).some((group) => group.name === name))
          throw new AwsFault('DuplicateTargetGroupName', `A target group with the same name '${name}' exists`)
        const group = { name, arn: newTargetGroupArn(call, name), protocol, port, vpc, targets: [] }
        putTargetGroup(call, group)
        return { TargetGroups: [groupShape(group)] }
      },
    }),
    DescribeTargetGroups: reading<DescribeTargetGroupsInput, DescribeTargetGroupsOutput>({
      run(input, call) {
        if (input.LoadBalancerArn !== undefined) throw notImplemented('target groups of a load balancer')
        const { TargetGroupArns: arns = [], Names: names = [] } = input
        for (const arn of arns) requireTargetGroup(call, arn)
        const found = targetGroupsIn(call)
          .filter(({ arn }) => arns.length === 0 || arns.includes(arn))
          .filter(({ name }) => names.length === 0 || names.includes(name))
        const page = pageOf(found, { marker: input.Marker, size: input.PageSize ?? PAGE_SIZE })
        return { TargetGroups: page.items.map(groupShape), NextMarker: page.next }
      },
    }),
    DescribeTargetHealth: reading<DescribeTargetHealthInput, DescribeTargetHealthOutput>({
      run({ TargetGroupArn: arn = '', Targets: wanted = [] }, call) {
        const { targets } = requireTargetGroup(call, arn)
        const found = targets.filter(({ id }) => wanted.length === 0 || wanted.some((one) => one.Id === id))
        return { TargetHealthDescriptions: found.map((target) => healthShape(target, isReached(call, target))) }
      },
    }),
    RegisterTargets: writing<RegisterTargetsInput, Nothing>({
      resources: itsArn,
      run({ TargetGroupArn: arn = '', Targets: targets = [] }, call) {
        for (const { Id: id = '', Port: port } of targets)
          register(call, arn, { id, ...(port === undefined ? {} : { port }) })
        return {}
      },
    }),
    DeregisterTargets: writing<DeregisterTargetsInput, Nothing>({
      resources: itsArn,
      run({ TargetGroupArn: arn = '', Targets: targets = [] }, call) {
        for (const { Id: id = '', Port: port } of targets)
          deregister(call, arn, { id, ...(port === undefined ? {} : { port }) })
        return {}
      },
    }),
    DescribeLoadBalancers: reading<DescribeLoadBalancersInput, DescribeLoadBalancersOutput>({
      mayIgnore: ['LoadBalancerArns', 'Names', 'Marker', 'PageSize'],
      run: () => ({ LoadBalancers: [] }),
    }),
  },
}

const groupShape = ({ name, arn, protocol, port, vpc }: TargetGroup): GroupShape => ({
  TargetGroupName: name,
  TargetGroupArn: arn,
  Protocol: protocol as GroupShape['Protocol'],
  Port: port,
  VpcId: vpc,
  TargetType: 'instance',
  HealthCheckEnabled: true,
  HealthCheckPort: 'traffic-port',
  LoadBalancerArns: [],
})

const healthShape = ({ id, port }: LoadTarget, reached: boolean) => ({
  Target: { Id: id, Port: port },
  HealthCheckPort: String(port),
  TargetHealth: reached
    ? { State: 'healthy' as const }
    : { State: 'unhealthy' as const, Reason: 'Target.Timeout' as const, Description: 'Request timed out' },
})
