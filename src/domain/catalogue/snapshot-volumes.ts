import type { Grant } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { defineEntry } from './entry.ts'

export interface SnapshotVolumesState {
  readonly [field: string]: string | null
  /** The ids of the attached volumes, in order. */
  readonly volumes: string
  /** Our snapshots of the instance from before the plan; they are another plan’s. */
  readonly earlier: string
  /** Those that this plan started, or null. */
  readonly snapshots: string | null
}

/** The tag of our snapshots: the instance whose volumes they keep. */
export const EVIDENCE_TAG = 'cordon:evidence-of'

const create = {
  operation: 'ec2:CreateSnapshots',
  permissions: ['ec2:CreateSnapshots'],
} as const
const tag = ['ec2:CreateTags'] as const

/** Snapshots belong to a Region and not to an account’s part of it. Source: service authorization reference, EC2 resource types. */
const ANY_SNAPSHOT = 'arn:{partition}:ec2:{region}::snapshot/*'

export const snapshotVolumes = defineEntry<Ec2Instance, SnapshotVolumesState>()({
  title: 'Start a snapshot of every volume of an instance',
  target: 'ec2-instance',
  phase: 'contain',
  tier: 'R1',
  // Evidence stays, whatever the incident turns out to be: it ends by the organisation’s retention.
  reversible: false,
  operations: [{ ...create, permissions: [...create.permissions, ...tag] }],
  grants: {
    apply: [
      { permissions: create.permissions, resource: 'arn:{partition}:ec2:*:{account}:instance/*' },
      { permissions: create.permissions, resource: 'arn:{partition}:ec2:*:{account}:volume/*' },
      { permissions: create.permissions, resource: 'arn:{partition}:ec2:*::snapshot/*' },
      {
        permissions: tag,
        resource: 'arn:{partition}:ec2:*::snapshot/*',
        condition: { StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' } },
      },
    ],
    revert: [],
  },
  reads: [
    { operation: 'ec2:DescribeInstances', permissions: ['ec2:DescribeInstances'] },
    { operation: 'ec2:DescribeVolumes', permissions: ['ec2:DescribeVolumes'] },
    { operation: 'ec2:DescribeSnapshots', permissions: ['ec2:DescribeSnapshots'] },
  ],
  revertedWhen: [],
  sources: ['EC2 CreateSnapshots', 'NIST SP 800-86 §3.1'],
  isBestEffort: true,
  describe: ({ instanceId }, { volumes }) =>
    `Snapshots of ${idsOf(volumes).join(', ')} are started at one moment, consistent as after a crash; ${instanceId} goes on running. They stay as evidence, also after a false alarm.`,
  residual: () => ['Memory and instance store volumes are not in a snapshot'],
  calls: ({ account }, before) => {
    if (before.volumes === '') return []
    const volumes = idsOf(before.volumes).map(
      (id): Grant => ({
        permissions: create.permissions,
        resource: `arn:{partition}:ec2:{region}:${account}:volume/${id}`,
      }),
    )
    return [
      {
        ...create,
        resource: '{arn}',
        grants: [
          ...volumes,
          { permissions: create.permissions, resource: ANY_SNAPSHOT },
          {
            permissions: tag,
            resource: ANY_SNAPSHOT,
            condition: { StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' } },
          },
        ],
        change: { field: 'snapshots', before: before.snapshots, after: '{snapshots}' },
      },
    ]
  },
  undo: () => [],
})

/** The ids in a text of ids. */
export const idsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(','))
