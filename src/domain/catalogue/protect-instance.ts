import type { DeclaredCall } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { defineEntry } from './entry.ts'

export interface ProtectInstanceState {
  /** `deleteOnTermination <volume id>` beside the named fields. */
  readonly [field: string]: string | boolean
  /** A Spot instance cannot be protected from termination. Source: EC2, termination protection. */
  readonly lifecycle: 'spot' | 'on-demand'
  readonly disableApiTermination: boolean
  readonly disableApiStop: boolean
  readonly shutdownBehavior: 'stop' | 'terminate'
}

const VOLUME_FIELD = 'deleteOnTermination '

/** The guard field of a volume’s fate. */
export const volumeField = (volumeId: string): string => `${VOLUME_FIELD}${volumeId}`

/** The volume whose fate the field is, or null for another field. */
export const volumeOf = (field: string): string | null =>
  field.startsWith(VOLUME_FIELD) ? field.slice(VOLUME_FIELD.length) : null

const modify = { operation: 'ec2:ModifyInstanceAttribute', permissions: ['ec2:ModifyInstanceAttribute'] } as const

const ANY_INSTANCE_AND_VOLUME = ['instance', 'volume'].map((type) => ({
  permissions: modify.permissions,
  resource: `arn:{partition}:ec2:*:{account}:${type}/*`,
}))

/** The safe value of each attribute; AWS takes one attribute a call. */
const safe = { disableApiTermination: true, disableApiStop: true, shutdownBehavior: 'stop' } as const

function setting(instance: Ec2Instance, change: DeclaredCall['change']): DeclaredCall {
  const volume = volumeOf(change.field)
  const call = { ...modify, resource: '{arn}', change }
  if (volume === null) return call
  const resource = `arn:{partition}:ec2:{region}:${instance.account}:volume/${volume}`
  return { ...call, grants: [{ permissions: modify.permissions, resource }] }
}

export const protectInstance = defineEntry<Ec2Instance, ProtectInstanceState>()({
  title: 'Protect an instance from being terminated or stopped',
  target: 'ec2-instance',
  phase: 'contain',
  tier: 'R2',
  reversible: true,
  operations: [modify],
  grants: { apply: ANY_INSTANCE_AND_VOLUME, revert: ANY_INSTANCE_AND_VOLUME },
  reads: [
    { operation: 'ec2:DescribeInstances', permissions: ['ec2:DescribeInstances'] },
    { operation: 'ec2:DescribeInstanceAttribute', permissions: ['ec2:DescribeInstanceAttribute'] },
  ],
  revertedWhen: ['false-positive', 'accepted-risk'],
  sources: ['EC2 ModifyInstanceAttribute', 'ATT&CK T1578.003', 'EC2, change termination protection'],
  isBestEffort: true,
  describe: ({ instanceId }) =>
    `${instanceId} cannot be terminated or stopped by API, a shutdown from inside stops it, and its volumes outlive it. It goes on running.`,
  residual: (_instance, { lifecycle }) => [
    ...(lifecycle === 'spot' ? ['A Spot instance cannot be protected: AWS may reclaim it at any time'] : []),
    'Auto Scaling terminates an unhealthy instance all the same, unless its replacement is suspended',
  ],
  calls: (instance, before) => {
    const named = Object.entries(safe)
      .filter(([field, after]) => before[field] !== after)
      .filter(([field]) => field !== 'disableApiTermination' || before.lifecycle === 'on-demand')
    const volumes = Object.keys(before)
      .filter((field) => volumeOf(field) !== null && before[field] === true)
      .toSorted()
      .map((field) => [field, false] as const)
    return [...named, ...volumes].map(([field, after]) =>
      setting(instance, { field, before: before[field] ?? null, after }),
    )
  },
  undo: (instance, done, live) =>
    done
      .filter(({ change }) => live[change.field] === change.after)
      .map(({ change }) => setting(instance, { field: change.field, before: change.after, after: change.before }))
      .reverse(),
})
