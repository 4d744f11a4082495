import type { DescribeVolumesRequest, DescribeVolumesResult, Volume as VolumeShape } from '@aws-sdk/client-ec2'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, reading } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { Volume } from '#simulator/state/tables'
import { chosen, type Filters, filtered } from './places.ts'

const PAGE_SIZE = 500

const stateOf = ({ instance }: Volume): 'in-use' | 'available' => (instance === undefined ? 'available' : 'in-use')

const filters: Filters<Volume> = {
  'volume-id': ({ id }) => [id],
  'attachment.instance-id': ({ instance }) => [instance],
  'attachment.device': ({ instance, device }) => [instance && device],
  'attachment.delete-on-termination': ({ instance, deleteOnTermination }) => [instance && String(deleteOnTermination)],
  'availability-zone': ({ zone }) => [zone],
  encrypted: ({ encrypted }) => [String(encrypted)],
  status: (volume) => [stateOf(volume)],
}

export const volumes: Readonly<Record<string, AnyOperation>> = {
  DescribeVolumes: reading<DescribeVolumesRequest, DescribeVolumesResult>({
    run(input, call) {
      const found = filtered(chosen(call, 'volume', input.VolumeIds), input.Filters, filters)
      const page = pageOf(found, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return { Volumes: page.items.map(volumeShape), NextToken: page.next }
    },
  }),
}

const volumeShape = (volume: Volume): VolumeShape => ({
  VolumeId: volume.id,
  Size: volume.sizeGib,
  State: stateOf(volume),
  VolumeType: 'gp3',
  AvailabilityZone: volume.zone,
  CreateTime: new Date(volume.createdAt),
  Encrypted: volume.encrypted,
  Attachments:
    volume.instance === undefined
      ? []
      : [
          {
            InstanceId: volume.instance,
            VolumeId: volume.id,
            Device: volume.device,
            State: 'attached',
            AttachTime: new Date(volume.createdAt),
            DeleteOnTermination: volume.deleteOnTermination,
          },
        ],
  Tags: tagList(volume.tags),
})
