import { randomInt } from 'node:crypto'
import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  Instance as InstanceShape,
  InstanceStateChange,
  Reservation,
  RunInstancesRequest,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2'
import { instanceProfileArn, resourceId } from '#simulator/identifiers'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import { tagList, tagsOf } from '#simulator/services/tags'
import type { Instance, Subnet, Volume } from '#simulator/state/tables'
import { all, arnOf, chosen, ec2Fault, endDryRun, type Filters, filtered, put, requireItem } from './places.ts'

const PAGE_SIZE = 1000
const MOST_AT_ONCE = 50
const STATES = { running: 16, terminated: 48, stopped: 80 } as const
const VOLUME_GIB = 8

const filters: Filters<Instance> = {
  'instance-id': ({ id }) => [id],
  'instance-state-name': ({ state }) => [state],
  'instance-type': ({ type }) => [type],
  'image-id': ({ image }) => [image],
  'vpc-id': ({ vpc }) => [vpc],
  'subnet-id': ({ subnet }) => [subnet],
  'availability-zone': ({ zone }) => [zone],
  'private-ip-address': ({ privateAddress }) => [privateAddress],
  'instance.group-id': ({ securityGroups }) => securityGroups,
  'iam-instance-profile.arn': ({ instanceProfile }) => [instanceProfile],
}

const byInstances = (input: { readonly InstanceIds?: readonly string[] | undefined }, call: Call): readonly string[] =>
  (input.InstanceIds ?? []).map((id) => arnOf(call, 'instance', id))

export const instances: Readonly<Record<string, AnyOperation>> = {
  DescribeInstances: reading<DescribeInstancesRequest, DescribeInstancesResult>({
    run(input, call) {
      endDryRun(input)
      const found = filtered(chosen(call, 'instance', input.InstanceIds), input.Filters, filters)
      const page = pageOf(reservationsOf(call, found), { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return { Reservations: [...page.items], NextToken: page.next }
    },
  }),
  RunInstances: writing<RunInstancesRequest, Reservation>({
    resources: (_input, call) => [arnOf(call, 'instance', '*')],
    touched: (_input, output) =>
      (output.Instances ?? []).map(({ InstanceId }) => ({ type: 'AWS::EC2::Instance', name: InstanceId ?? '' })),
    run: runInstances,
  }),
  TerminateInstances: writing<TerminateInstancesRequest, TerminateInstancesResult>({
    resources: byInstances,
    touched: (input) => (input.InstanceIds ?? []).map((name) => ({ type: 'AWS::EC2::Instance', name })),
    run(input, call) {
      const found = chosen(call, 'instance', input.InstanceIds)
      endDryRun(input)
      return { TerminatingInstances: found.map((instance) => terminate(call, instance)) }
    },
  }),
}

function reservationsOf(call: Call, found: readonly Instance[]): readonly Reservation[] {
  const reservations = new Set(found.map(({ reservation }) => reservation))
  return [...reservations].map((ReservationId) => ({
    ReservationId,
    OwnerId: call.account,
    Groups: [],
    Instances: found
      .filter(({ reservation }) => reservation === ReservationId)
      .map((instance) => instanceShape(call, instance)),
  }))
}

function runInstances(input: RunInstancesRequest, call: Call): Reservation {
  const repeated = all(call, 'instance').filter(
    ({ clientToken }) => clientToken !== undefined && clientToken === input.ClientToken,
  )
  if (repeated.length > 0) return reservationsOf(call, repeated)[0] ?? {}
  const count = input.MaxCount ?? 1
  if (count < 1 || count > MOST_AT_ONCE)
    throw ec2Fault('InvalidParameterValue', `MaxCount must lie between 1 and ${MOST_AT_ONCE}.`)
  if (input.ImageId === undefined) throw ec2Fault('MissingParameter', 'The request must contain the parameter ImageId')
  const placed = placeOfNew(call, input)
  endDryRun(input)
  const reservation = resourceId('r')
  const made = Array.from({ length: count }, () => makeInstance(call, { input, reservation, ...placed }))
  return reservationsOf(call, made)[0] ?? {}
}

interface Placed {
  readonly subnet: Subnet
  readonly groups: readonly string[]
}

function placeOfNew(call: Call, input: RunInstancesRequest): Placed {
  const network = input.NetworkInterfaces?.[0]
  const wanted = input.SubnetId ?? network?.SubnetId
  const subnet = wanted === undefined ? all(call, 'subnet')[0] : requireItem(call, 'subnet', wanted)
  if (!subnet) throw ec2Fault('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.')
  const groups = (input.SecurityGroupIds ?? network?.Groups ?? []).map(
    (id) => requireItem(call, 'securityGroup', id).id,
  )
  const standard = all(call, 'securityGroup').find(({ name, vpc }) => name === 'default' && vpc === subnet.vpc)
  return { subnet, groups: groups.length > 0 ? groups : standard ? [standard.id] : [] }
}

function makeInstance(
  call: Call,
  making: Placed & { readonly input: RunInstancesRequest; readonly reservation: string },
): Instance {
  const { input, subnet, reservation } = making
  const tagsFor = (kind: string): Readonly<Record<string, string>> =>
    tagsOf(
      input.TagSpecifications?.filter(({ ResourceType }) => ResourceType === kind).flatMap(({ Tags }) => Tags ?? []),
    )
  const volumeId = resourceId('vol')
  const profile = profileArnOf(call, input.IamInstanceProfile)
  const instance: Instance = {
    id: resourceId('i'),
    reservation,
    image: input.ImageId ?? '',
    type: input.InstanceType ?? 'm1.small',
    state: 'running',
    launchedAt: call.at,
    vpc: subnet.vpc,
    subnet: subnet.id,
    zone: subnet.zone,
    privateAddress: `172.31.${randomInt(1, 15)}.${randomInt(4, 254)}`,
    networkInterface: resourceId('eni'),
    securityGroups: making.groups,
    ...(profile === undefined ? {} : { instanceProfile: profile }),
    ...(input.KeyName === undefined ? {} : { keyName: input.KeyName }),
    ...(input.ClientToken === undefined ? {} : { clientToken: input.ClientToken }),
    volume: volumeId,
    tags: tagsFor('instance'),
  }
  const volume: Volume = {
    id: volumeId,
    instance: instance.id,
    device: '/dev/xvda',
    sizeGib: input.BlockDeviceMappings?.[0]?.Ebs?.VolumeSize ?? VOLUME_GIB,
    zone: subnet.zone,
    createdAt: call.at,
    tags: tagsFor('volume'),
  }
  put(call, 'instance', instance)
  put(call, 'volume', volume)
  return instance
}

function profileArnOf(call: Call, wanted: RunInstancesRequest['IamInstanceProfile']): string | undefined {
  if (!wanted) return undefined
  const name = wanted.Name ?? wanted.Arn?.split('/').at(-1) ?? ''
  const profile = call.state.get('instanceProfile', `${call.account}/${name}`)
  if (!profile)
    throw ec2Fault(
      'InvalidParameterValue',
      `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
    )
  return instanceProfileArn(profile)
}

function terminate(call: Call, instance: Instance): InstanceStateChange {
  put(call, 'instance', { ...instance, state: 'terminated' })
  call.state.remove('volume', `${call.account}/${call.region}/${instance.volume}`)
  return { InstanceId: instance.id, CurrentState: stateShape('terminated'), PreviousState: stateShape(instance.state) }
}

const stateShape = (name: Instance['state']): { Code: number; Name: Instance['state'] } => ({
  Code: STATES[name],
  Name: name,
})

function instanceShape(call: Call, instance: Instance): InstanceShape {
  const groups = instance.securityGroups.map((id) => ({
    GroupId: id,
    GroupName: call.state.get('securityGroup', `${call.account}/${call.region}/${id}`)?.name,
  }))
  const profile = instance.instanceProfile?.split('/').at(-1)
  const profileId =
    profile === undefined ? undefined : call.state.get('instanceProfile', `${call.account}/${profile}`)?.id
  return {
    InstanceId: instance.id,
    ImageId: instance.image,
    InstanceType: instance.type as NonNullable<InstanceShape['InstanceType']>,
    State: stateShape(instance.state),
    LaunchTime: new Date(instance.launchedAt),
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default', GroupName: '' },
    Monitoring: { State: 'disabled' },
    PrivateIpAddress: instance.privateAddress,
    PrivateDnsName: `ip-${instance.privateAddress.replaceAll('.', '-')}.${call.region}.compute.internal`,
    VpcId: instance.vpc,
    SubnetId: instance.subnet,
    SecurityGroups: groups,
    KeyName: instance.keyName,
    ...(instance.instanceProfile ? { IamInstanceProfile: { Arn: instance.instanceProfile, Id: profileId } } : {}),
    Architecture: 'x86_64',
    RootDeviceType: 'ebs',
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings:
      instance.state === 'terminated'
        ? []
        : [
            {
              DeviceName: '/dev/xvda',
              Ebs: {
                VolumeId: instance.volume,
                Status: 'attached',
                DeleteOnTermination: true,
                AttachTime: new Date(instance.launchedAt),
              },
            },
          ],
    NetworkInterfaces: [
      {
        NetworkInterfaceId: instance.networkInterface,
        PrivateIpAddress: instance.privateAddress,
        SubnetId: instance.subnet,
        VpcId: instance.vpc,
        OwnerId: call.account,
        Status: 'in-use',
        Groups: groups,
        Attachment: { DeviceIndex: 0, Status: 'attached', DeleteOnTermination: true },
      },
    ],
    Tags: tagList(instance.tags),
    ClientToken: instance.clientToken,
    EbsOptimized: false,
    SourceDestCheck: true,
    VirtualizationType: 'hvm',
  }
}
