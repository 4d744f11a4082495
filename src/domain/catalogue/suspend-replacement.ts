import type { DeclaredCall } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { defineEntry, type Operation } from './entry.ts'

export interface SuspendReplacementState {
  readonly [field: string]: string | number | boolean | null
  /** The ARN of the instance’s Auto Scaling group, or null when it is in none. */
  readonly group: string | null
  readonly protectedFromScaleIn: boolean
  /** Source: Auto Scaling, instance lifecycle; a state on the way to another counts as that one. */
  readonly lifecycle: string
  readonly minSize: number
  /** Whether the group may be one smaller than it is; as the plan was made. */
  readonly hasRoom: boolean
}

const protect = {
  operation: 'autoscaling:SetInstanceProtection',
  permissions: ['autoscaling:SetInstanceProtection'],
} as const
const resize = {
  operation: 'autoscaling:UpdateAutoScalingGroup',
  permissions: ['autoscaling:UpdateAutoScalingGroup'],
} as const
const enter = { operation: 'autoscaling:EnterStandby', permissions: ['autoscaling:EnterStandby'] } as const
const exit = { operation: 'autoscaling:ExitStandby', permissions: ['autoscaling:ExitStandby'] } as const

const ANY_GROUP = 'arn:{partition}:autoscaling:*:{account}:autoScalingGroup:*:autoScalingGroupName/*'

const permissionsOf = (...calls: readonly Operation[]): Operation['permissions'] =>
  calls.flatMap(({ permissions }) => permissions)

/** What takes an instance back out of each change, and how. */
const inverses: Readonly<Record<string, typeof protect | typeof resize | typeof exit>> = {
  protectedFromScaleIn: protect,
  minSize: resize,
  lifecycle: exit,
}

export const suspendReplacement = defineEntry<Ec2Instance, SuspendReplacementState>()({
  title: 'Keep Auto Scaling from replacing an instance',
  target: 'ec2-instance',
  phase: 'contain',
  tier: 'R2',
  reversible: true,
  operations: [protect, resize, enter, exit],
  grants: {
    apply: [{ permissions: permissionsOf(protect, resize, enter), resource: ANY_GROUP }],
    revert: [{ permissions: permissionsOf(protect, resize, exit), resource: ANY_GROUP }],
  },
  reads: [
    { operation: 'ec2:DescribeInstances', permissions: ['ec2:DescribeInstances'] },
    {
      operation: 'autoscaling:DescribeAutoScalingInstances',
      permissions: ['autoscaling:DescribeAutoScalingInstances'],
    },
    { operation: 'autoscaling:DescribeAutoScalingGroups', permissions: ['autoscaling:DescribeAutoScalingGroups'] },
  ],
  revertedWhen: ['false-positive', 'accepted-risk'],
  sources: ['Auto Scaling EnterStandby', 'Auto Scaling SetInstanceProtection', 'NIST SP 800-61 evidence gathering'],
  describe: ({ instanceId }, { group }) =>
    group === null
      ? `${instanceId} is in no Auto Scaling group: there is nothing to suspend`
      : `${instanceId} goes into standby in ${groupName(group)}: no health check, no scale-in and no load balancer touches it. The group is one smaller until it comes back, and starts nothing in its place.`,
  residual: (_instance, { group }) =>
    group === null
      ? []
      : [`Whoever may change ${groupName(group)} can take the instance out of standby or out of the group`],
  calls: (_instance, before) => {
    if (before.group === null) return []
    const resource = before.group
    const wanted: readonly (DeclaredCall | false)[] = [
      !before.protectedFromScaleIn && { ...protect, resource, change: change('protectedFromScaleIn', before, true) },
      !before.hasRoom && { ...resize, resource, change: change('minSize', before, before.minSize - 1) },
      before.lifecycle !== STANDBY && { ...enter, resource, change: change('lifecycle', before, STANDBY) },
    ]
    return wanted.filter((call) => call !== false)
  },
  undo: (_instance, done, live) =>
    done
      .flatMap(({ resource, change: { field, before, after } }): readonly DeclaredCall[] => {
        const inverse = inverses[field]
        const isOurs = inverse !== undefined && live.group === resource && live[field] === after
        return isOurs ? [{ ...inverse, resource, change: { field, before: after, after: before } }] : []
      })
      .reverse(),
})

export const STANDBY = 'Standby'

function change(field: string, before: SuspendReplacementState, after: string | number | boolean) {
  return { field, before: before[field] ?? null, after }
}

/** The name in a group’s ARN, which ends in `autoScalingGroupName/<name>`. */
export const groupName = (arn: string): string =>
  arn.slice(arn.indexOf('autoScalingGroupName/') + 'autoScalingGroupName/'.length)
