import type { GroupIdentifier, NetworkInterface as NetworkInterfaceShape } from '@aws-sdk/client-ec2'
import type { Call } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { NetworkInterface } from '#simulator/state/tables'
import { find } from './places.ts'

export const groupIdentifiers = (call: Call, ids: readonly string[]): GroupIdentifier[] =>
  ids.map((id) => ({ GroupId: id, GroupName: find(call, 'securityGroup', id)?.name }))

/** A network interface as DescribeNetworkInterfaces answers it. */
export function interfaceShape(call: Call, one: NetworkInterface): NetworkInterfaceShape {
  return {
    NetworkInterfaceId: one.id,
    Description: one.description,
    InterfaceType: 'interface',
    OwnerId: call.account,
    RequesterManaged: one.requesterManaged,
    RequesterId: one.requesterManaged ? 'amazon-aws' : undefined,
    Status: one.attachment ? 'in-use' : 'available',
    AvailabilityZone: one.zone,
    VpcId: one.vpc,
    SubnetId: one.subnet,
    PrivateIpAddress: one.privateAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: one.privateAddress }],
    Ipv6Addresses: [],
    SourceDestCheck: one.sourceDestCheck,
    Groups: groupIdentifiers(call, one.groups),
    TagSet: tagList(one.tags),
    ...associationShape(call, one),
    ...attachmentShape(call, one),
  }
}

function associationShape(call: Call, { elastic }: NetworkInterface): Pick<NetworkInterfaceShape, 'Association'> {
  if (!elastic) return {}
  const { allocation, association, address } = elastic
  return {
    Association: {
      AllocationId: allocation,
      AssociationId: association,
      PublicIp: address,
      IpOwnerId: call.account,
    },
  }
}

function attachmentShape(call: Call, { attachment }: NetworkInterface): Pick<NetworkInterfaceShape, 'Attachment'> {
  if (!attachment) return {}
  return {
    Attachment: {
      AttachmentId: attachment.id,
      InstanceId: attachment.instance,
      InstanceOwnerId: call.account,
      DeviceIndex: attachment.deviceIndex,
      NetworkCardIndex: 0,
      Status: 'attached',
      AttachTime: new Date(attachment.attachedAt),
      DeleteOnTermination: attachment.deleteOnTermination,
    },
  }
}
