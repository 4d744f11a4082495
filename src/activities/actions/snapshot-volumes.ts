import {
  CreateSnapshotsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type Instance,
  type Snapshot,
} from '@aws-sdk/client-ec2'
import { tagsOf } from '#activities/aws/identity'
import { arnOfInstance, requireInstance } from '#activities/aws/instance'
import type { ReadSession } from '#activities/aws/sessions'
import { failure } from '#activities/aws/translate-error'
import { EVIDENCE_TAG, idsOf, type SnapshotVolumesState } from '#domain/catalogue/snapshot-volumes'
import type { Values } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { compare, type Doing, type Work } from './doing.ts'
import { settle } from './eventual-consistency.ts'

export const snapshotVolumes: Doing<'snapshotVolumes'> = {
  async observe(read, instance, before) {
    const live = await requireInstance(read, instance)
    const volumes = volumesOf(live)
    const kept = (await snapshotsOf(read, instance)).filter(isWhole).map(idOf)
    const earlier = before?.earlier ?? textOf(kept)
    const ours = kept.filter((id) => !idsOf(earlier).includes(id))
    return {
      arn: arnOfInstance(read, instance),
      state: { volumes: textOf(volumes), earlier, snapshots: ours.length === 0 ? null : textOf(ours) },
      tags: tagsOf(live),
      blastRadius: () => costOf(read, volumes),
    }
  },

  async apply(work): Promise<Values> {
    const { calls, write, target, made } = work
    const [call] = calls
    if (call === undefined) return {}
    const earlier = work.attempt > 1 ? await startedBefore(work) : null
    if (earlier !== null) return { snapshots: earlier }
    const output = await write.ec2.send(
      new CreateSnapshotsCommand({
        InstanceSpecification: { InstanceId: target.instanceId, ExcludeBootVolume: false },
        Description: `Evidence of ${target.instanceId}, by Cordon`,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: EVIDENCE_TAG, Value: target.instanceId }] }],
      }),
    )
    const started = output.Snapshots ?? []
    if (started.length === 0) throw failure('unavailable', 'EC2 answered without snapshots')
    const snapshots = textOf(started.map(({ SnapshotId = '' }) => SnapshotId))
    made({ ...call, change: { ...call.change, after: snapshots } }, output)
    return { snapshots }
  },

  verify: (reading) => compare(snapshotVolumes, reading),

  revert: 'cannot be undone',
}

/** What an earlier attempt started and could not tell: EC2 takes no token that would keep it from starting them twice. */
async function startedBefore({ read, target, before, signal }: Snapshotting): Promise<string | null> {
  await settle(signal)
  const { state } = await snapshotVolumes.observe(read, target, before)
  return state.snapshots
}

type Snapshotting = Work<Ec2Instance, SnapshotVolumesState>

const textOf = (ids: readonly string[]): string => ids.toSorted().join(',')

const idOf = ({ SnapshotId = '' }: Snapshot): string => SnapshotId

const isWhole = ({ State }: Snapshot): boolean => State !== 'error'

const volumesOf = ({ BlockDeviceMappings = [] }: Instance): readonly string[] =>
  BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.VolumeId ?? [])

async function snapshotsOf({ ec2 }: ReadSession, { instanceId }: Ec2Instance): Promise<readonly Snapshot[]> {
  const Filters = [{ Name: `tag:${EVIDENCE_TAG}`, Values: [instanceId] }]
  const asked = ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }))
  return (await asked).Snapshots ?? []
}

/** How much is copied, for approvers. */
async function costOf({ ec2 }: ReadSession, volumes: readonly string[]): Promise<readonly string[]> {
  if (volumes.length === 0) return []
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [...volumes] }))
  const gib = Volumes.reduce((sum, { Size = 0 }) => sum + Size, 0)
  return [`Snapshots of ${volumes.length} volumes with ${gib} GiB are kept and paid for until somebody deletes them`]
}
