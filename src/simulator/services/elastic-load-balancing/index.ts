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
  RegisterTargetsInput,
  TargetDescription,
  TargetGroup as TargetGroupShape,
  TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { hexId } from '#simulator/identifiers'
import { fault } from '#simulator/services/absent'
import { ec2Fault, find } from '#simulator/services/ec2/places'
import { pageOf } from '#simulator/services/pages'
import { type Call, reading, type Service, writing } from '#simulator/services/service'
import { tagsOf } from '#simulator/services/tags'
import type { Target, TargetGroup } from '#simulator/state/tables'
import { deregisterTargets, findTargetGroup, putTargetGroup, registerTargets, targetGroupsIn } from './targets.ts'

const PAGE_SIZE = 400
const CHECK_SECONDS = 30
const CHECK_TIMEOUT_SECONDS = 5
const HTTP = 80

type Nothing = Record<string, never>

interface ByArn {
  readonly TargetGroupArn?: string | undefined
}

export const elasticLoadBalancing: Service = {
  signingName: 'elasticloadbalancing',
  protocol: 'awsQuery',
  xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  eventSource: 'elasticloadbalancing.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  operations: {
    CreateTargetGroup: writing<CreateTargetGroupInput, CreateTargetGroupOutput>({
      resources: ({ Name }, call) => [newArn(call, Name ?? '', '*')],
      mayIgnore: ['HealthCheckPath', 'Matcher', 'HealthCheckEnabled', 'TargetType', 'HealthCheckPort'],
      run: (input, call) => ({ TargetGroups: [groupShape(createTargetGroup(input, call))] }),
    }),
    DescribeTargetGroups: reading<DescribeTargetGroupsInput, DescribeTargetGroupsOutput>({
      run(input, call) {
        const page = pageOf(chosenGroups(input, call), { marker: input.Marker, size: input.PageSize ?? PAGE_SIZE })
        return { TargetGroups: page.items.map(groupShape), NextMarker: page.next }
      },
    }),
    DescribeTargetHealth: reading<DescribeTargetHealthInput, DescribeTargetHealthOutput>({
      mayIgnore: ['Include'],
      run(input, call) {
        const { targets } = requireGroup(call, input)
        const wanted = targetsOf(input.Targets)
        const found = targets.filter(
          ({ id, port }) => wanted.length === 0 || wanted.some((one) => one.id === id && (one.port ?? port) === port),
        )
        return { TargetHealthDescriptions: found.map((target) => healthShape(call, target)) }
      },
    }),
    RegisterTargets: writing<RegisterTargetsInput, Nothing>({
      resources: (input) => [input.TargetGroupArn ?? '*'],
      run(input, call) {
        const group = requireGroup(call, input)
        const targets = targetsOf(input.Targets)
        const absent = targets.find(({ id }) => find(call, 'instance', id)?.state !== 'running')
        if (absent)
          throw fault(
            'InvalidTarget',
            `The following targets are not in a running state and cannot be registered: '${absent.id}'`,
          )
        registerTargets(call, group, targets)
        return {}
      },
    }),
    DeregisterTargets: writing<DeregisterTargetsInput, Nothing>({
      resources: (input) => [input.TargetGroupArn ?? '*'],
      run(input, call) {
        deregisterTargets(call, requireGroup(call, input), targetsOf(input.Targets))
        return {}
      },
    }),
    DescribeLoadBalancers: reading<DescribeLoadBalancersInput, DescribeLoadBalancersOutput>({
      mayIgnore: ['PageSize'],
      run({ LoadBalancerArns: arns = [], Names: names = [] }) {
        if (arns.length + names.length > 0) throw fault('LoadBalancerNotFound', 'One or more load balancers not found')
        return { LoadBalancers: [] }
      },
    }),
  },
}

const targetsOf = (targets: readonly TargetDescription[] | undefined) =>
  (targets ?? []).map(({ Id: id = '', Port: port }) => ({ id, port }))

const noSuchGroup = () => fault('TargetGroupNotFound', 'One or more target groups not found')

function requireGroup(call: Call, { TargetGroupArn: arn = '' }: ByArn): TargetGroup {
  const group = findTargetGroup(call, arn)
  if (!group) throw noSuchGroup()
  return group
}

function chosenGroups(
  { TargetGroupArns: arns = [], Names: names = [] }: DescribeTargetGroupsInput,
  call: Call,
): readonly TargetGroup[] {
  const found = targetGroupsIn(call).filter(
    ({ arn, name }) => (arns.length === 0 || arns.includes(arn)) && (names.length === 0 || names.includes(name)),
  )
  if (found.length < Math.max(arns.length, names.length)) throw noSuchGroup()
  return found
}

const newArn = ({ region, account }: Pick<Call, 'region' | 'account'>, name: string, id: string): string =>
  `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${name}/${id}`

export const targetGroupArn = (place: Pick<Call, 'region' | 'account'>, name: string): string =>
  newArn(place, name, hexId(16))

function createTargetGroup(input: CreateTargetGroupInput, call: Call): TargetGroup {
  const { Name: name = '', Protocol: protocol = 'HTTP', Port: port = HTTP, VpcId: vpc = '' } = input
  if (!find(call, 'vpc', vpc)) throw ec2Fault('ValidationError', `The VPC ID '${vpc}' is not found`)
  if (targetGroupsIn(call).some((group) => group.name === name))
    throw fault('DuplicateTargetGroupName', `A target group with the same name '${name}' exists`)
  const arn = targetGroupArn(call, name)
  const group = { name, arn, vpc, protocol, port, targets: [], createdAt: call.at, tags: tagsOf(input.Tags) }
  putTargetGroup(call, group)
  return group
}

const groupShape = ({ name, arn, vpc, protocol, port }: TargetGroup): TargetGroupShape => ({
  TargetGroupArn: arn,
  TargetGroupName: name,
  Protocol: protocol as NonNullable<TargetGroupShape['Protocol']>,
  Port: port,
  VpcId: vpc,
  TargetType: 'instance',
  HealthCheckEnabled: true,
  HealthCheckProtocol: protocol as NonNullable<TargetGroupShape['Protocol']>,
  HealthCheckPort: 'traffic-port',
  HealthCheckPath: '/',
  HealthCheckIntervalSeconds: CHECK_SECONDS,
  HealthCheckTimeoutSeconds: CHECK_TIMEOUT_SECONDS,
  LoadBalancerArns: [],
  ProtocolVersion: 'HTTP1',
})

const HEALTH: Readonly<Record<Target['state'], TargetHealth>> = {
  initial: { State: 'initial', Reason: 'Elb.RegistrationInProgress' },
  healthy: { State: 'healthy' },
  unhealthy: { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' },
  draining: { State: 'draining', Reason: 'Target.DeregistrationInProgress' },
}

const healthShape = (call: Call, { id, port, state }: Target) => ({
  Target: { Id: id, Port: port, AvailabilityZone: find(call, 'instance', id)?.zone },
  HealthCheckPort: String(port),
  TargetHealth: HEALTH[state],
})
