import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  InstanceBlockDeviceMappingSpecification,
  ModifyInstanceAttributeRequest,
} from '@aws-sdk/client-ec2'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import type { Instance } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { interfacesOf, ROOT_DEVICE, volumesOf } from './attached.ts'
import { deviceShape } from './instance-shapes.ts'
import { groupIdentifiers } from './network-interface-shapes.ts'
import { groupsOfVpc } from './network-interfaces.ts'
import { arnOf, ec2Fault, find, put, requireItem } from './places.ts'

const instanceArn = (input: { readonly InstanceId?: string | undefined }, call: Call): string =>
  arnOf(call, 'instance', input.InstanceId ?? '*')

export const instanceAttributes: Readonly<Record<string, AnyOperation>> = {
  DescribeInstanceAttribute: reading<DescribeInstanceAttributeRequest, InstanceAttribute>({
    resources: (input, call) => [instanceArn(input, call)],
    run(input, call) {
      const instance = requireItem(call, 'instance', input.InstanceId ?? '')
      const read = Object.hasOwn(READS, input.Attribute ?? '') ? READS[input.Attribute ?? ''] : undefined
      if (!read) throw notImplemented(`the instance attribute ${input.Attribute}`)
      return { InstanceId: instance.id, ...read(instance, call) }
    },
  }),
  ModifyInstanceAttribute: writing<ModifyInstanceAttributeRequest, Record<string, never>>({
    resources: (input, call) => [instanceArn(input, call), ...volumeArns(input, call), ...groupArns(input, call)],
    touched: (input) => [{ type: 'AWS::EC2::Instance', name: input.InstanceId ?? '' }],
    run(input, call) {
      const instance = requireItem(call, 'instance', input.InstanceId ?? '')
      const named = withTypedMember(input)
      const change = CHANGES[onlyAttribute(named)]
      if (!change) throw notImplemented(`changes of the instance attribute ${onlyAttribute(named)}`)
      if (instance.state === 'terminated')
        throw ec2Fault('IncorrectInstanceState', `The instance '${instance.id}' is terminated.`)
      change(named, instance, call)
      return {}
    },
  }),
}

const READS: Readonly<Record<string, (instance: Instance, call: Call) => InstanceAttribute>> = {
  disableApiTermination: ({ terminationProtected: Value }) => ({ DisableApiTermination: { Value } }),
  disableApiStop: ({ stopProtected: Value }) => ({ DisableApiStop: { Value } }),
  instanceInitiatedShutdownBehavior: ({ shutdownBehavior: Value }) => ({
    InstanceInitiatedShutdownBehavior: { Value },
  }),
  instanceType: ({ type: Value }) => ({ InstanceType: { Value } }),
  rootDeviceName: () => ({ RootDeviceName: { Value: ROOT_DEVICE } }),
  ebsOptimized: () => ({ EbsOptimized: { Value: false } }),
  sourceDestCheck: ({ id }, call) => ({
    SourceDestCheck: { Value: interfacesOf(call, id)[0]?.sourceDestCheck ?? true },
  }),
  groupSet: ({ id }, call) => ({ Groups: groupIdentifiers(call, interfacesOf(call, id)[0]?.groups ?? []) }),
  blockDeviceMapping: ({ id }, call) => ({ BlockDeviceMappings: volumesOf(call, id).map(deviceShape) }),
}

type Change = (input: ModifyInstanceAttributeRequest, instance: Instance, call: Call) => void

const CHANGES: Readonly<Record<string, Change>> = {
  DisableApiTermination(input, instance, call) {
    if (instance.lifecycle === 'spot')
      throw ec2Fault('UnsupportedOperation', "Modifying 'disableApiTermination' is not supported for spot instances.")
    put(call, 'instance', { ...instance, terminationProtected: input.DisableApiTermination?.Value ?? false })
  },
  DisableApiStop(input, instance, call) {
    put(call, 'instance', { ...instance, stopProtected: input.DisableApiStop?.Value ?? false })
  },
  InstanceInitiatedShutdownBehavior(input, instance, call) {
    const behavior = input.InstanceInitiatedShutdownBehavior?.Value
    if (behavior !== 'stop' && behavior !== 'terminate')
      throw ec2Fault(
        'InvalidParameterValue',
        `Value (${behavior}) for parameter instanceInitiatedShutdownBehavior is invalid.`,
      )
    put(call, 'instance', { ...instance, shutdownBehavior: behavior })
  },
  BlockDeviceMappings(input, instance, call) {
    for (const mapping of input.BlockDeviceMappings ?? []) changeDevice(call, instance, mapping)
  },
  Groups(input, instance, call) {
    const [primary, ...others] = interfacesOf(call, instance.id)
    if (!primary || others.length > 0)
      throw ec2Fault(
        'InvalidInstanceID',
        `There are multiple interfaces attached to instance '${instance.id}'. Please specify an interface ID for the operation instead.`,
      )
    put(call, 'networkInterface', { ...primary, groups: groupsOfVpc(call, input.Groups ?? [], primary.vpc) })
  },
}

/** Every member that is an attribute, whether a change of it is simulated or not. */
const ATTRIBUTES = [
  'SourceDestCheck',
  'EnclaveOptions',
  'DisableApiStop',
  'BlockDeviceMappings',
  'DisableApiTermination',
  'InstanceType',
  'Kernel',
  'Ramdisk',
  'UserData',
  'InstanceInitiatedShutdownBehavior',
  'Groups',
  'EbsOptimized',
  'SriovNetSupport',
  'EnaSupport',
] as const

/** The one attribute that a request changes; EC2 refuses none and several. */
function onlyAttribute(input: ModifyInstanceAttributeRequest): (typeof ATTRIBUTES)[number] {
  const [attribute, ...others] = ATTRIBUTES.filter((name) => {
    const value = input[name]
    return value !== undefined && !(Array.isArray(value) && value.length === 0)
  })
  if (attribute === undefined) throw ec2Fault('InvalidParameterCombination', 'No attributes specified.')
  if (others.length > 0)
    throw ec2Fault(
      'InvalidParameterCombination',
      `Fields for multiple attribute types specified: ${[attribute, ...others].join(', ')}`,
    )
  return attribute
}

/** The older way to name an attribute, by `Attribute` and `Value`, as the member of its own. */
function withTypedMember(input: ModifyInstanceAttributeRequest): ModifyInstanceAttributeRequest {
  const { Attribute: attribute, Value: value } = input
  if (attribute === undefined) return input
  switch (attribute) {
    case 'disableApiTermination':
      return { ...input, DisableApiTermination: { Value: value === 'true' } }
    case 'disableApiStop':
      return { ...input, DisableApiStop: { Value: value === 'true' } }
    case 'instanceInitiatedShutdownBehavior':
      return { ...input, InstanceInitiatedShutdownBehavior: { Value: value } }
    default:
      throw notImplemented(`changes of the instance attribute ${attribute} by its name`)
  }
}

function changeDevice(call: Call, instance: Instance, mapping: InstanceBlockDeviceMappingSpecification): void {
  const volume = volumesOf(call, instance.id).find(({ device }) => device === mapping.DeviceName)
  if (!volume) throw ec2Fault('InvalidInstanceAttributeValue', `No device is currently mapped at ${mapping.DeviceName}`)
  const { DeleteOnTermination: deleteOnTermination = volume.deleteOnTermination } = mapping.Ebs ?? {}
  put(call, 'volume', { ...volume, deleteOnTermination })
}

/** A change of devices is a change of their volumes too. */
function volumeArns(
  { BlockDeviceMappings: mappings = [], InstanceId = '' }: ModifyInstanceAttributeRequest,
  call: Call,
) {
  if (mappings.length === 0 || !find(call, 'instance', InstanceId)) return []
  return volumesOf(call, InstanceId)
    .filter(({ device }) => mappings.some(({ DeviceName }) => DeviceName === device))
    .map(({ id }) => arnOf(call, 'volume', id))
}

const groupArns = ({ Groups: groups = [] }: ModifyInstanceAttributeRequest, call: Call): readonly string[] =>
  groups.map((id) => arnOf(call, 'security-group', id))
