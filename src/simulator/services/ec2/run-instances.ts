import type { BlockDeviceMapping, Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { instanceProfileArn, resourceId } from '#simulator/identifiers'
import type { Call } from '#simulator/services/service'
import type { Subnet } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { ROOT_DEVICE } from './attached.ts'
import { reservationsOf } from './instance-shapes.ts'
import { type Disk, type Launch, launchInstance, rootDisk } from './launch.ts'
import { all, ec2Fault, requireItem } from './places.ts'
import { tagsForNew } from './tag-on-create.ts'

const MOST_AT_ONCE = 50
const VOLUME_GIB = 8
const ACTION = 'RunInstances'

/** Starts instances; they run at once. The same client token gives the same instances again. */
export function runInstances(input: RunInstancesRequest, call: Call): Reservation {
  const launch = launchOf(input, call)
  const count = countOf(input)
  const repeated = all(call, 'instance').filter(
    ({ clientToken }) => clientToken !== undefined && clientToken === launch.clientToken,
  )
  if (repeated.length > 0) return reservationsOf(call, repeated)[0] ?? {}
  const made = Array.from({ length: count }, () => launchInstance(call, launch))
  return reservationsOf(call, made)[0] ?? {}
}

/** What a request wants, checked and with the defaults filled in. */
function launchOf(input: RunInstancesRequest, call: Call): Launch {
  const { ImageId, InstanceType } = input
  if (ImageId === undefined) throw ec2Fault('MissingParameter', 'The request must contain the parameter ImageId')
  return {
    image: ImageId,
    type: InstanceType ?? 'm1.small',
    reservation: resourceId('r'),
    ...networkOf(input, call),
    ...protectionOf(input),
    ...given({
      profileArn: profileArnOf(call, input.IamInstanceProfile),
      keyName: input.KeyName,
      clientToken: input.ClientToken,
      lifecycle: lifecycleOf(input),
    }),
    disks: disksOf(input.BlockDeviceMappings ?? []),
    tags: {
      instance: tagsForNew(input, call, { kind: 'instance', action: ACTION }),
      volume: tagsForNew(input, call, { kind: 'volume', action: ACTION }),
    },
  }
}

function lifecycleOf({ InstanceMarketOptions: market }: RunInstancesRequest): 'spot' | undefined {
  if (market?.MarketType !== undefined && market.MarketType !== 'spot')
    throw notImplemented(`instances of the market ${market.MarketType}`)
  return market?.MarketType
}

const protectionOf = (
  input: RunInstancesRequest,
): Pick<Launch, 'terminationProtected' | 'stopProtected' | 'shutdownBehavior'> => ({
  terminationProtected: input.DisableApiTermination ?? false,
  stopProtected: input.DisableApiStop ?? false,
  shutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? 'stop',
})

/** Without the members that were not given. */
const given = <Members extends Readonly<Record<string, string | undefined>>>(members: Members) =>
  // Only what is undefined is left out.
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    readonly [Key in keyof Members]?: NonNullable<Members[Key]>
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

/** The disks that are asked for; the root device comes with every image. */
function disksOf(mappings: readonly BlockDeviceMapping[]): readonly Disk[] {
  const asked = mappings.map(({ DeviceName: device = ROOT_DEVICE, Ebs }) => ({
    device,
    sizeGib: Ebs?.VolumeSize ?? VOLUME_GIB,
    encrypted: Ebs?.Encrypted ?? false,
    deleteOnTermination: Ebs?.DeleteOnTermination ?? true,
  }))
  return asked.some(({ device }) => device === ROOT_DEVICE) ? asked : [rootDisk(VOLUME_GIB), ...asked]
}

function networkOf(input: RunInstancesRequest, call: Call): Pick<Launch, 'subnet' | 'groups'> {
  const [network, ...others] = input.NetworkInterfaces ?? []
  if (others.length > 0) throw notImplemented('instances that start with several network interfaces')
  const subnet = subnetOf(call, input.SubnetId ?? network?.SubnetId)
  const byId = (input.SecurityGroupIds ?? network?.Groups ?? []).map((id) => requireItem(call, 'securityGroup', id).id)
  const byName = (input.SecurityGroups ?? []).map((name) => groupNamed(call, name, subnet))
  const groups = [...byId, ...byName]
  return { subnet, groups: groups.length > 0 ? groups : [groupNamed(call, 'default', subnet)] }
}

function subnetOf(call: Call, wanted: string | undefined): Subnet {
  if (wanted !== undefined) return requireItem(call, 'subnet', wanted)
  const home = all(call, 'vpc').find(({ isDefault }) => isDefault)
  const subnet = all(call, 'subnet').find(({ vpc }) => vpc === home?.id)
  if (!subnet) throw ec2Fault('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.')
  return subnet
}

function groupNamed(call: Call, wanted: string, subnet: Subnet): string {
  const found = all(call, 'securityGroup').find(({ name, vpc }) => name === wanted && vpc === subnet.vpc)
  if (!found)
    throw ec2Fault('InvalidGroup.NotFound', `The security group '${wanted}' does not exist in VPC '${subnet.vpc}'`)
  return found.id
}

/** The ARN of a profile that is named in a request; one that does not exist is refused. */
export function profileArnOf(call: Call, wanted: RunInstancesRequest['IamInstanceProfile']): string | undefined {
  if (!wanted) return undefined
  const name = wanted.Name ?? wanted.Arn?.split('/').at(-1) ?? ''
  const profile = call.state.get('instanceProfile', `${call.account}/${name}`)
  if (!profile) {
    const message = `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`
    throw ec2Fault('InvalidParameterValue', message)
  }
  return instanceProfileArn(profile)
}
