import type {
  AttachNetworkInterfaceRequest,
  AttachNetworkInterfaceResult,
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult,
  DeleteNetworkInterfaceRequest,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  DetachNetworkInterfaceRequest,
  ModifyNetworkInterfaceAttributeRequest,
} from '@aws-sdk/client-ec2'
import { resourceId } from '#simulator/identifiers'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import type { NetworkInterface } from '#simulator/state/tables'
import { interfacesOf } from './attached.ts'
import { freeAddress } from './launch.ts'
import { interfaceShape } from './network-interface-shapes.ts'
import { all, arnOf, chosen, ec2Fault, type Filters, filtered, type Place, put, remove, requireItem } from './places.ts'
import { creationConditions, refuseOtherKinds, tagsForNew } from './tag-on-create.ts'

const PAGE_SIZE = 1000
const KIND = 'network-interface'

type Nothing = Record<string, never>

const filters: Filters<NetworkInterface> = {
  'network-interface-id': ({ id }) => [id],
  'attachment.instance-id': ({ attachment }) => [attachment?.instance],
  'attachment.attachment-id': ({ attachment }) => [attachment?.id],
  'attachment.device-index': ({ attachment }) => [attachment && String(attachment.deviceIndex)],
  'attachment.status': ({ attachment }) => [attachment ? 'attached' : 'detached'],
  'group-id': ({ groups }) => groups,
  'vpc-id': ({ vpc }) => [vpc],
  'subnet-id': ({ subnet }) => [subnet],
  'availability-zone': ({ zone }) => [zone],
  'private-ip-address': ({ privateAddress }) => [privateAddress],
  'requester-managed': ({ requesterManaged }) => [String(requesterManaged)],
  description: ({ description }) => [description],
  status: ({ attachment }) => [attachment ? 'in-use' : 'available'],
}

interface ById {
  readonly NetworkInterfaceId?: string | undefined
}

const interfaceArn = (input: ById, call: Call): string => arnOf(call, KIND, input.NetworkInterfaceId ?? '*')
const groupArns = ({ Groups = [] }: { readonly Groups?: readonly string[] | undefined }, call: Call) =>
  Groups.map((id) => arnOf(call, 'security-group', id))
const touched = ({ NetworkInterfaceId = '' }: ById) => [
  { type: 'AWS::EC2::NetworkInterface', name: NetworkInterfaceId },
]

export const networkInterfaces: Readonly<Record<string, AnyOperation>> = {
  DescribeNetworkInterfaces: reading<DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult>({
    mayIgnore: ['IncludeManagedResources'],
    run(input, call) {
      const found = filtered(chosen(call, 'networkInterface', input.NetworkInterfaceIds), input.Filters, filters)
      const page = pageOf(found, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return { NetworkInterfaces: page.items.map((one) => interfaceShape(call, one)), NextToken: page.next }
    },
  }),
  ModifyNetworkInterfaceAttribute: writing<ModifyNetworkInterfaceAttributeRequest, Nothing>({
    resources: (input, call) => [interfaceArn(input, call), ...groupArns(input, call)],
    touched,
    run(input, call) {
      const one = requireOwn(call, input.NetworkInterfaceId)
      put(call, 'networkInterface', { ...one, ...changesOf(input, one, call) })
      return {}
    },
  }),
  CreateNetworkInterface: writing<CreateNetworkInterfaceRequest, CreateNetworkInterfaceResult>({
    resources: (input, call) => [
      arnOf(call, KIND, '*'),
      arnOf(call, 'subnet', input.SubnetId ?? '*'),
      ...groupArns(input, call),
    ],
    conditions: creationConditions,
    touched: (_input, { NetworkInterface: made }) => touched(made ?? {}),
    run(input, call) {
      const made = newInterface(input, call)
      put(call, 'networkInterface', made)
      return {
        NetworkInterface: interfaceShape(call, made),
        ClientToken: input.ClientToken,
      }
    },
  }),
  AttachNetworkInterface: writing<AttachNetworkInterfaceRequest, AttachNetworkInterfaceResult>({
    resources: (input, call) => [arnOf(call, 'instance', input.InstanceId ?? '*'), interfaceArn(input, call)],
    touched,
    run: attach,
  }),
  DetachNetworkInterface: writing<DetachNetworkInterfaceRequest, Nothing>({
    resources: (input, call) => {
      const one = attachedBy(call, input.AttachmentId)
      return [
        arnOf(call, 'instance', one?.attachment?.instance ?? '*'),
        interfaceArn({ NetworkInterfaceId: one?.id }, call),
      ]
    },
    mayIgnore: ['Force'],
    run(input, call) {
      const found = attachedBy(call, input.AttachmentId)
      if (!found)
        throw ec2Fault('InvalidAttachmentID.NotFound', `The attachment '${input.AttachmentId}' does not exist`)
      const { attachment, ...left } = requireOwn(call, found.id)
      if (attachment?.deviceIndex === 0)
        throw ec2Fault('OperationNotPermitted', 'The network interface at device index 0 cannot be detached.')
      put(call, 'networkInterface', left)
      return {}
    },
  }),
  DeleteNetworkInterface: writing<DeleteNetworkInterfaceRequest, Nothing>({
    resources: (input, call) => [interfaceArn(input, call)],
    touched,
    run(input, call) {
      const one = requireOwn(call, input.NetworkInterfaceId)
      if (one.attachment) throw ec2Fault('InvalidParameterValue', `Network interface '${one.id}' is currently in use.`)
      remove(call, 'networkInterface', one.id)
      return {}
    },
  }),
}

/** The interface, unless a service made it for itself: then its owner may not change it. */
function requireOwn(call: Call, id = ''): NetworkInterface {
  const one = requireItem(call, 'networkInterface', id)
  if (one.requesterManaged)
    throw ec2Fault('OperationNotPermitted', `You are not allowed to manage the network interface '${id}'.`)
  return one
}

/** The groups by their ids, in the order given; all must exist in this VPC. */
export function groupsOfVpc(place: Place, ids: readonly string[], vpc: string): readonly string[] {
  const groups = ids.map((id) => requireItem(place, 'securityGroup', id))
  // https://github.com/kubernetes-sigs/cluster-api-provider-aws/issues/3943 shows code and message.
  if (groups.some((group) => group.vpc !== vpc))
    throw ec2Fault('InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.')
  return [...new Set(ids)]
}

function changesOf(
  input: ModifyNetworkInterfaceAttributeRequest,
  one: NetworkInterface,
  call: Call,
): Partial<NetworkInterface> {
  const { Groups: groups = [], Description: description, SourceDestCheck: check, Attachment: attachment } = input
  const deleteOnTermination = attachment?.DeleteOnTermination
  return {
    ...(groups.length > 0 ? { groups: groupsOfVpc(call, groups, one.vpc) } : {}),
    ...(description?.Value === undefined ? {} : { description: description.Value }),
    ...(check?.Value === undefined ? {} : { sourceDestCheck: check.Value }),
    ...(deleteOnTermination === undefined || !one.attachment
      ? {}
      : { attachment: { ...one.attachment, deleteOnTermination } }),
  }
}

function newInterface(input: CreateNetworkInterfaceRequest, call: Call): NetworkInterface {
  const subnet = requireItem(call, 'subnet', input.SubnetId ?? '')
  const standard = all(call, 'securityGroup').filter(({ name, vpc }) => name === 'default' && vpc === subnet.vpc)
  const { Groups: groups = [], Description: description = '', PrivateIpAddress = freeAddress(subnet) } = input
  refuseOtherKinds(input, [KIND])
  return {
    id: resourceId('eni'),
    vpc: subnet.vpc,
    subnet: subnet.id,
    zone: subnet.zone,
    description,
    groups: groups.length > 0 ? groupsOfVpc(call, groups, subnet.vpc) : standard.map(({ id }) => id),
    privateAddress: PrivateIpAddress,
    requesterManaged: false,
    sourceDestCheck: true,
    tags: tagsForNew(input, call, { kind: KIND, action: 'CreateNetworkInterface' }),
  }
}

function attach(input: AttachNetworkInterfaceRequest, call: Call): AttachNetworkInterfaceResult {
  const one = requireOwn(call, input.NetworkInterfaceId)
  const instance = requireItem(call, 'instance', input.InstanceId ?? '')
  const { DeviceIndex: deviceIndex = 0 } = input
  if (one.attachment) throw ec2Fault('InvalidNetworkInterface.InUse', `Interface: [${one.id}] in use.`)
  if (one.zone !== instance.zone)
    throw ec2Fault('InvalidParameterCombination', 'The network interface and the instance are in different zones.')
  if (interfacesOf(call, instance.id).some(({ attachment }) => attachment?.deviceIndex === deviceIndex))
    throw ec2Fault(
      'InvalidParameterValue',
      `Instance '${instance.id}' already has an interface attached at device index '${deviceIndex}'.`,
    )
  const attachment = {
    id: resourceId('eni-attach'),
    instance: instance.id,
    deviceIndex,
    attachedAt: call.at,
    deleteOnTermination: false,
  }
  put(call, 'networkInterface', { ...one, attachment })
  return { AttachmentId: attachment.id, NetworkCardIndex: 0 }
}

function attachedBy(place: Place, id: string | undefined): NetworkInterface | undefined {
  return all(place, 'networkInterface').find(({ attachment }) => attachment !== undefined && attachment.id === id)
}
