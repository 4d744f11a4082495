import { randomInt } from 'node:crypto'
import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { instanceProfileArn, resourceId } from '#simulator/identifiers'
import type { Call } from '#simulator/services/service'
import { tagsOf } from '#simulator/services/tags'
import type { Instance, Subnet, Tags } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { reservationsOf } from './instance-shapes.ts'
import { all, ec2Fault, endDryRun, put, requireItem } from './places.ts'

const MOST_AT_ONCE = 50
const VOLUME_GIB = 8

/** Starts instances; they run at once. The same client token gives the same instances again. */
export function runInstances(input: RunInstancesRequest, call: Call): Reservation {
  const launch = launchOf(input, call)
  const repeated = all(call, 'instance').filter(
    ({ clientToken }) => clientToken !== undefined && clientToken === launch.clientToken,
  )
  if (repeated.length > 0) return reservationsOf(call, repeated)[0] ?? {}
  endDryRun(input)
  const reservation = resourceId('r')
  const made = Array.from({ length: launch.count }, () => makeInstance(call, launch, reservation))
  return reservationsOf(call, made)[0] ?? {}
}

type Chosen = 'image' | 'type' | 'securityGroups' | 'instanceProfile' | 'keyName' | 'clientToken'

/** What a request wants, checked and with the defaults filled in. */
interface Launch extends Pick<Instance, Chosen> {
  readonly count: number
  readonly subnet: Subnet
  readonly volumeGib: number
  readonly tags: { readonly instance: Tags; readonly volume: Tags }
}

function launchOf(input: RunInstancesRequest, call: Call): Launch {
  const { ImageId, InstanceType, BlockDeviceMappings, TagSpecifications = [] } = input
  if (ImageId === undefined) throw ec2Fault('MissingParameter', 'The request must contain the parameter ImageId')
  const tagsFor = (kind: string): Tags =>
    tagsOf(
      TagSpecifications.filter(({ ResourceType }) => ResourceType === kind).flatMap(({ Tags: tags }) => tags ?? []),
    )
  return {
    count: countOf(input),
    image: ImageId,
    type: InstanceType ?? 'm1.small',
    ...networkOf(input, call),
    ...given({
      instanceProfile: profileArnOf(call, input.IamInstanceProfile),
      keyName: input.KeyName,
      clientToken: input.ClientToken,
    }),
    volumeGib: BlockDeviceMappings?.[0]?.Ebs?.VolumeSize ?? VOLUME_GIB,
    tags: { instance: tagsFor('instance'), volume: tagsFor('volume') },
  }
}

/** Without the members that were not given. */
const given = <Name extends string>(members: Readonly<Record<Name, string | undefined>>) =>
  // Only what is undefined is left out.
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    readonly [Key in Name]?: string
  }

function countOf({ MinCount: least = 1, MaxCount: most = 1 }: RunInstancesRequest): number {
  if (least < 1 || most < least || most > MOST_AT_ONCE) {
    throw ec2Fault(
      'InvalidParameterValue',
      `MinCount and MaxCount must lie between 1 and ${MOST_AT_ONCE}, in this order.`,
    )
  }
  return most
}

function networkOf(input: RunInstancesRequest, call: Call): Pick<Launch, 'subnet' | 'securityGroups'> {
  const [network, ...others] = input.NetworkInterfaces ?? []
  if (others.length > 0) throw notImplemented('instances with several network interfaces')
  const subnet = subnetOf(call, input.SubnetId ?? network?.SubnetId)
  const byId = (input.SecurityGroupIds ?? network?.Groups ?? []).map((id) => requireItem(call, 'securityGroup', id).id)
  const byName = (input.SecurityGroups ?? []).map((name) => groupNamed(call, name, subnet))
  const groups = [...byId, ...byName]
  return { subnet, securityGroups: groups.length > 0 ? groups : [groupNamed(call, 'default', subnet)] }
}

function subnetOf(call: Call, wanted: string | undefined): Subnet {
  const subnet = wanted === undefined ? all(call, 'subnet')[0] : requireItem(call, 'subnet', wanted)
  if (!subnet) throw ec2Fault('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.')
  return subnet
}

function groupNamed(call: Call, wanted: string, subnet: Subnet): string {
  const found = all(call, 'securityGroup').find(({ name, vpc }) => name === wanted && vpc === subnet.vpc)
  if (!found)
    throw ec2Fault('InvalidGroup.NotFound', `The security group '${wanted}' does not exist in VPC '${subnet.vpc}'`)
  return found.id
}

function profileArnOf(call: Call, wanted: RunInstancesRequest['IamInstanceProfile']): string | undefined {
  if (!wanted) return undefined
  const name = wanted.Name ?? wanted.Arn?.split('/').at(-1) ?? ''
  const profile = call.state.get('instanceProfile', `${call.account}/${name}`)
  if (!profile) {
    const message = `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`
    throw ec2Fault('InvalidParameterValue', message)
  }
  return instanceProfileArn(profile)
}

function makeInstance(call: Call, launch: Launch, reservation: string): Instance {
  const { subnet, tags, volumeGib, count: _count, ...chosen } = launch
  const volume = resourceId('vol')
  const instance: Instance = {
    ...chosen,
    id: resourceId('i'),
    reservation,
    state: 'running',
    launchedAt: call.at,
    vpc: subnet.vpc,
    subnet: subnet.id,
    zone: subnet.zone,
    privateAddress: `172.31.${randomInt(1, 15)}.${randomInt(4, 254)}`,
    networkInterface: resourceId('eni'),
    volume,
    tags: tags.instance,
  }
  const device = { device: '/dev/xvda', sizeGib: volumeGib, zone: subnet.zone, createdAt: call.at, tags: tags.volume }
  put(call, 'instance', instance)
  put(call, 'volume', { id: volume, instance: instance.id, ...device })
  return instance
}
