import type {
  InstanceBlockDeviceMapping,
  InstanceNetworkInterface,
  Instance as InstanceShape,
  Reservation,
} from '@aws-sdk/client-ec2'
import type { Call } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { Instance, NetworkInterface, Volume } from '#simulator/state/tables'
import { interfacesOf, ROOT_DEVICE, volumesOf } from './attached.ts'
import { groupIdentifiers } from './network-interface-shapes.ts'

const STATES = { running: 16, terminated: 48, stopped: 80 } as const

/** Instances as EC2 answers them: grouped by the reservation that started them. */
export function reservationsOf(call: Call, found: readonly Instance[]): readonly Reservation[] {
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

export const stateShape = (name: Instance['state']): { Code: number; Name: Instance['state'] } => ({
  Code: STATES[name],
  Name: name,
})

function instanceShape(call: Call, instance: Instance): InstanceShape {
  return {
    InstanceId: instance.id,
    ImageId: instance.image,
    InstanceType: instance.type as NonNullable<InstanceShape['InstanceType']>,
    State: stateShape(instance.state),
    LaunchTime: new Date(instance.launchedAt),
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default', GroupName: '' },
    Monitoring: { State: 'disabled' },
    ...(instance.state === 'terminated' ? { StateTransitionReason: 'Terminated' } : networkShape(call, instance)),
    KeyName: instance.keyName,
    InstanceLifecycle: instance.lifecycle,
    IamInstanceProfile: profileShape(call, instance),
    Architecture: 'x86_64',
    RootDeviceType: 'ebs',
    RootDeviceName: ROOT_DEVICE,
    BlockDeviceMappings: volumesOf(call, instance.id).map(deviceShape),
    MetadataOptions: {
      State: 'applied',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 2,
      HttpEndpoint: 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'disabled',
    },
    Tags: tagList(instance.tags),
    ClientToken: instance.clientToken,
    EbsOptimized: false,
    VirtualizationType: 'hvm',
  }
}

/** The profile with its id, as instances and associations show it. */
export function profileShape(
  call: Call,
  { instanceProfile }: Pick<Instance, 'instanceProfile'>,
): { Arn: string; Id: string | undefined } | undefined {
  if (!instanceProfile) return undefined
  const name = instanceProfile.arn.split('/').at(-1)
  return { Arn: instanceProfile.arn, Id: call.state.get('instanceProfile', `${call.account}/${name}`)?.id }
}

function networkShape(call: Call, instance: Instance): InstanceShape {
  const interfaces = interfacesOf(call, instance.id)
  const [primary] = interfaces
  return {
    PrivateIpAddress: instance.privateAddress,
    PrivateDnsName: `ip-${instance.privateAddress.replaceAll('.', '-')}.${call.region}.compute.internal`,
    PublicIpAddress: primary?.elastic?.address,
    VpcId: instance.vpc,
    SubnetId: instance.subnet,
    SecurityGroups: groupIdentifiers(call, primary?.groups ?? []),
    SourceDestCheck: primary?.sourceDestCheck ?? true,
    NetworkInterfaces: interfaces.map((one) => attachedShape(call, one)),
  }
}

export const deviceShape = (volume: Volume): InstanceBlockDeviceMapping => ({
  DeviceName: volume.device,
  Ebs: {
    VolumeId: volume.id,
    Status: 'attached',
    DeleteOnTermination: volume.deleteOnTermination,
    AttachTime: new Date(volume.createdAt),
  },
})

const attachedShape = (call: Call, one: NetworkInterface): InstanceNetworkInterface => ({
  NetworkInterfaceId: one.id,
  Description: one.description,
  InterfaceType: 'interface',
  OwnerId: call.account,
  PrivateIpAddress: one.privateAddress,
  PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: one.privateAddress }],
  SubnetId: one.subnet,
  VpcId: one.vpc,
  Status: 'in-use',
  SourceDestCheck: one.sourceDestCheck,
  Groups: groupIdentifiers(call, one.groups),
  ...(one.elastic ? { Association: { PublicIp: one.elastic.address, IpOwnerId: call.account } } : {}),
  ...(one.attachment
    ? {
        Attachment: {
          AttachmentId: one.attachment.id,
          DeviceIndex: one.attachment.deviceIndex,
          NetworkCardIndex: 0,
          Status: 'attached',
          AttachTime: new Date(one.attachment.attachedAt),
          DeleteOnTermination: one.attachment.deleteOnTermination,
        },
      }
    : {}),
})
