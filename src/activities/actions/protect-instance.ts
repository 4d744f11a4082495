import {
  type BlockDeviceMapping,
  DescribeInstanceAttributeCommand,
  type Instance,
  type InstanceAttributeName,
  type InstanceBlockDeviceMapping,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
} from '@aws-sdk/client-ec2'
import { tagsOf } from '#activities/aws/identity'
import { arnOfInstance, requireInstance } from '#activities/aws/instance'
import type { ReadSession } from '#activities/aws/sessions'
import { failure } from '#activities/aws/translate-error'
import { type ProtectInstanceState, volumeField, volumeOf } from '#domain/catalogue/protect-instance'
import type { DeclaredCall } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { type Acknowledged, compare, type Doing, makeCalls, type Work } from './doing.ts'

export const protectInstance: Doing<'protectInstance'> = {
  async observe(read, instance) {
    const live = await requireInstance(read, instance)
    return {
      arn: arnOfInstance(read, instance),
      state: { ...(await attributesOf(read, instance)), ...volumesOf(live), lifecycle: lifecycleOf(live) },
      tags: tagsOf(live),
      blastRadius: async () => [],
    }
  },

  apply: modify,

  verify: (reading) => compare(protectInstance, reading),

  revert: modify,
}

const lifecycleOf = ({ InstanceLifecycle }: Instance): ProtectInstanceState['lifecycle'] =>
  InstanceLifecycle === 'spot' ? 'spot' : 'on-demand'

async function attributesOf({ ec2 }: ReadSession, { instanceId: InstanceId }: Ec2Instance) {
  const ask = (Attribute: InstanceAttributeName) =>
    ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }))
  const [terminate, stop, shutdown] = await Promise.all([
    ask('disableApiTermination'),
    ask('disableApiStop'),
    ask('instanceInitiatedShutdownBehavior'),
  ])
  const onShutdown = shutdown.InstanceInitiatedShutdownBehavior?.Value
  return {
    disableApiTermination: terminate.DisableApiTermination?.Value === true,
    disableApiStop: stop.DisableApiStop?.Value === true,
    shutdownBehavior: onShutdown === 'terminate' ? ('terminate' as const) : ('stop' as const),
  }
}

const volumesOf = ({ BlockDeviceMappings = [] }: Instance): Readonly<Record<string, boolean>> =>
  Object.fromEntries(
    BlockDeviceMappings.flatMap(({ Ebs }) =>
      Ebs?.VolumeId === undefined ? [] : [[volumeField(Ebs.VolumeId), Ebs.DeleteOnTermination === true]],
    ),
  )

type Attribute = Omit<ModifyInstanceAttributeCommandInput, 'InstanceId'>

const attributes: Readonly<Record<string, (value: DeclaredCall['change']['after']) => Attribute>> = {
  disableApiTermination: (value) => ({ DisableApiTermination: { Value: value === true } }),
  disableApiStop: (value) => ({ DisableApiStop: { Value: value === true } }),
  shutdownBehavior: (value) => ({ InstanceInitiatedShutdownBehavior: { Value: String(value) } }),
}

async function modify(work: Work<Ec2Instance, ProtectInstanceState>) {
  const { read, write, target } = work
  const { BlockDeviceMappings = [] } = await requireInstance(read, target)
  return makeCalls(work, async ({ change: { field, after } }): Promise<Acknowledged> => {
    const attribute = attributes[field]?.(after) ?? fateOf(BlockDeviceMappings, { field, after })
    return write.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: target.instanceId, ...attribute }))
  })
}

/** The API names a volume by the device that it is attached as. */
function fateOf(
  attached: readonly InstanceBlockDeviceMapping[],
  { field, after }: Pick<DeclaredCall['change'], 'field' | 'after'>,
): { readonly BlockDeviceMappings: BlockDeviceMapping[] } {
  const device = attached.find(({ Ebs }) => Ebs?.VolumeId === volumeOf(field))
  if (device === undefined) throw failure('drifted', `Volume ${volumeOf(field)} is not attached any more`)
  return { BlockDeviceMappings: [{ DeviceName: device.DeviceName, Ebs: { DeleteOnTermination: after === true } }] }
}
