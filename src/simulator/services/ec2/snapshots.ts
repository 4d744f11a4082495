import type {
  CreateSnapshotRequest,
  CreateSnapshotsRequest,
  CreateSnapshotsResult,
  DeleteSnapshotRequest,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  Snapshot as SnapshotShape,
} from '@aws-sdk/client-ec2'
import { resourceId } from '#simulator/identifiers'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { Snapshot, Tags, Volume } from '#simulator/state/tables'
import { ROOT_DEVICE, volumesOf } from './attached.ts'
import { arnOf, chosen, ec2Fault, type Filters, filtered, put, remove, requireItem } from './places.ts'
import { creationConditions, refuseOtherKinds, tagsForNew } from './tag-on-create.ts'

const PAGE_SIZE = 1000
const KIND = 'snapshot'
/** Snapshots of small disks take minutes in AWS; here long enough to be seen pending. */
const COPY_MS = 1500

const filtersAt = ({ at, account }: Call): Filters<Snapshot> => ({
  'snapshot-id': ({ id }) => [id],
  'volume-id': ({ volume }) => [volume],
  'owner-id': () => [account],
  description: ({ description }) => [description],
  encrypted: ({ encrypted }) => [String(encrypted)],
  status: (snapshot) => [stateAt(snapshot, at)],
})

export const snapshots: Readonly<Record<string, AnyOperation>> = {
  CreateSnapshots: writing<CreateSnapshotsRequest, CreateSnapshotsResult>({
    resources(input, call) {
      const { InstanceId: instance = '*' } = input.InstanceSpecification ?? {}
      const taken = volumesToTake(input, call).map(({ id }) => arnOf(call, 'volume', id))
      return [arnOf(call, 'instance', instance), ...taken, arnOf(call, KIND, '*')]
    },
    conditions: creationConditions,
    touched: (_input, output) =>
      (output.Snapshots ?? []).map(({ SnapshotId }) => ({ type: 'AWS::EC2::Snapshot', name: SnapshotId ?? '' })),
    run: createSnapshots,
  }),
  CreateSnapshot: writing<CreateSnapshotRequest, SnapshotShape>({
    resources: (input, call) => [arnOf(call, 'volume', input.VolumeId ?? '*'), arnOf(call, KIND, '*')],
    conditions: creationConditions,
    touched: (_input, output) => [{ type: 'AWS::EC2::Snapshot', name: output.SnapshotId ?? '' }],
    run(input, call) {
      const volume = requireItem(call, 'volume', input.VolumeId ?? '')
      refuseOtherKinds(input, [KIND])
      const tags = tagsForNew(input, call, { kind: KIND, action: 'CreateSnapshot' })
      return snapshotShape(call, takeSnapshot(call, volume, { tags, description: input.Description ?? '' }))
    },
  }),
  DescribeSnapshots: reading<DescribeSnapshotsRequest, DescribeSnapshotsResult>({
    run(input, call) {
      const { OwnerIds: owners = [] } = input
      const own = owners.length === 0 || owners.includes('self') || owners.includes(call.account)
      const named = own ? chosen(call, 'snapshot', input.SnapshotIds) : []
      const found = filtered(named, input.Filters, filtersAt(call))
      const page = pageOf(found, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return { Snapshots: page.items.map((snapshot) => snapshotShape(call, snapshot)), NextToken: page.next }
    },
  }),
  DeleteSnapshot: writing<DeleteSnapshotRequest, Record<string, never>>({
    resources: (input, call) => [arnOf(call, KIND, input.SnapshotId ?? '*')],
    touched: (input) => [{ type: 'AWS::EC2::Snapshot', name: input.SnapshotId ?? '' }],
    run(input, call) {
      remove(call, 'snapshot', requireItem(call, 'snapshot', input.SnapshotId ?? '').id)
      return {}
    },
  }),
}

function volumesToTake({ InstanceSpecification: wanted }: CreateSnapshotsRequest, call: Call): readonly Volume[] {
  const { InstanceId = '', ExcludeBootVolume: withoutBoot, ExcludeDataVolumeIds: excluded = [] } = wanted ?? {}
  return volumesOf(call, InstanceId).filter(
    ({ id, device }) => !(withoutBoot === true && device === ROOT_DEVICE) && !excluded.includes(id),
  )
}

function createSnapshots(input: CreateSnapshotsRequest, call: Call): CreateSnapshotsResult {
  const instance = requireItem(call, 'instance', input.InstanceSpecification?.InstanceId ?? '')
  if (instance.state === 'terminated')
    throw ec2Fault('IncorrectInstanceState', `The instance '${instance.id}' is terminated.`)
  refuseOtherKinds(input, [KIND])
  const given = tagsForNew(input, call, { kind: KIND, action: 'CreateSnapshots' })
  const copies = input.CopyTagsFromSource === 'volume'
  const taken = volumesToTake(input, call).map((volume) =>
    takeSnapshot(call, volume, {
      tags: { ...(copies ? volume.tags : {}), ...given },
      description: input.Description ?? '',
    }),
  )
  return {
    Snapshots: taken.map((snapshot) => {
      const { Tags: tags, VolumeId, SnapshotId, State, StartTime, ...rest } = snapshotShape(call, snapshot)
      const { VolumeSize, Progress, OwnerId, Encrypted, Description } = rest
      return {
        SnapshotId,
        VolumeId,
        State,
        StartTime,
        VolumeSize,
        Progress,
        OwnerId,
        Encrypted,
        Description,
        Tags: tags,
      }
    }),
  }
}

function takeSnapshot(
  call: Call,
  volume: Volume,
  said: { readonly tags: Tags; readonly description: string },
): Snapshot {
  const snapshot: Snapshot = {
    id: resourceId('snap'),
    volume: volume.id,
    sizeGib: volume.sizeGib,
    encrypted: volume.encrypted,
    startedAt: call.at,
    completesAt: call.at + COPY_MS,
    ...said,
  }
  put(call, 'snapshot', snapshot)
  return snapshot
}

const stateAt = ({ completesAt }: Snapshot, at: number): 'pending' | 'completed' =>
  at < completesAt ? 'pending' : 'completed'

function snapshotShape(call: Call, snapshot: Snapshot): SnapshotShape {
  const state = stateAt(snapshot, call.at)
  return {
    SnapshotId: snapshot.id,
    VolumeId: snapshot.volume,
    VolumeSize: snapshot.sizeGib,
    State: state,
    Progress: state === 'completed' ? '100%' : '0%',
    StartTime: new Date(snapshot.startedAt),
    CompletionTime: state === 'completed' ? new Date(snapshot.completesAt) : undefined,
    OwnerId: call.account,
    Description: snapshot.description,
    Encrypted: snapshot.encrypted,
    StorageTier: 'standard',
    Tags: tagList(snapshot.tags),
  }
}
