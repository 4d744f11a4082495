import type {
  InstanceBlockDeviceMapping,
  InstanceNetworkInterface,
  Instance as InstanceShape,
  Reservation,
} from '@aws-sdk/client-ec2'
import type { Call } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { Instance } from '#simulator/state/tables'

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
    BlockDeviceMappings: instance.state === 'terminated' ? [] : [rootDeviceOf(instance)],
    NetworkInterfaces: [{ ...interfaceOf(instance), OwnerId: call.account, Groups: groups }],
    Tags: tagList(instance.tags),
    ClientToken: instance.clientToken,
    EbsOptimized: false,
    SourceDestCheck: true,
    VirtualizationType: 'hvm',
  }
}

const rootDeviceOf = ({ volume, launchedAt }: Instance): InstanceBlockDeviceMapping => ({
  DeviceName: '/dev/xvda',
  Ebs: { VolumeId: volume, Status: 'attached', DeleteOnTermination: true, AttachTime: new Date(launchedAt) },
})

const interfaceOf = (instance: Instance): InstanceNetworkInterface => ({
  NetworkInterfaceId: instance.networkInterface,
  PrivateIpAddress: instance.privateAddress,
  SubnetId: instance.subnet,
  VpcId: instance.vpc,
  Status: 'in-use',
  Attachment: { DeviceIndex: 0, Status: 'attached', DeleteOnTermination: true },
})
