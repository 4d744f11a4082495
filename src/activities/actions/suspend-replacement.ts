import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  SetInstanceProtectionCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { tagsOf } from '#activities/aws/identity'
import { arnOfInstance, requireInstance } from '#activities/aws/instance'
import type { ReadSession } from '#activities/aws/sessions'
import { failure } from '#activities/aws/translate-error'
import { groupName, STANDBY, type SuspendReplacementState } from '#domain/catalogue/suspend-replacement'
import type { DeclaredCall } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { type Acknowledged, ALREADY_SO, compare, type Doing, makeCalls, type Work } from './doing.ts'
import { lookFor, SETTLE_MS, settle } from './eventual-consistency.ts'

export const suspendReplacement: Doing<'suspendReplacement'> = {
  async observe(read, instance, before) {
    const [live, group] = await Promise.all([requireInstance(read, instance), findGroup(read, instance)])
    return {
      arn: arnOfInstance(read, instance),
      state: group === undefined ? inNoGroup : stateIn(group, instance, before),
      tags: tagsOf(live),
      blastRadius: async () => (group === undefined ? [] : servesLess(group, instance)),
    }
  },

  apply: change,

  verify: (reading) => compare(suspendReplacement, reading),

  revert: change,
}

const inNoGroup: SuspendReplacementState = {
  group: null,
  protectedFromScaleIn: false,
  lifecycle: 'none',
  minSize: 0,
  hasRoom: true,
}

/** The Auto Scaling group that the instance is in, also in standby. */
export async function findGroup(
  { autoScaling }: ReadSession,
  { instanceId }: Ec2Instance,
): Promise<AutoScalingGroup | undefined> {
  const asked = autoScaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [instanceId] }))
  const name = (await asked).AutoScalingInstances?.[0]?.AutoScalingGroupName
  if (name === undefined) return undefined
  const groups = autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }))
  return (await groups).AutoScalingGroups?.[0]
}

const memberIn = ({ Instances = [] }: AutoScalingGroup, { instanceId }: Ec2Instance) =>
  Instances.find(({ InstanceId }) => InstanceId === instanceId)

function stateIn(
  group: AutoScalingGroup,
  instance: Ec2Instance,
  before: SuspendReplacementState | undefined,
): SuspendReplacementState {
  const { AutoScalingGroupARN: arn = '', MinSize: minSize = 0, DesiredCapacity: desired = 0 } = group
  const member = memberIn(group, instance)
  return {
    group: arn,
    protectedFromScaleIn: member?.ProtectedFromScaleIn === true,
    lifecycle: arrival(member?.LifecycleState ?? 'none', before),
    minSize,
    hasRoom: before?.hasRoom ?? desired > minSize,
  }
}

/**
 * Leaving and coming back take as long as the load balancer drains: a state on its way counts as the one it leads to, since from then
 * on nothing else happens to the instance. Source: Auto Scaling, instance lifecycle.
 */
function arrival(lifecycle: string, before: SuspendReplacementState | undefined): string {
  if (lifecycle === 'EnteringStandby') return STANDBY
  return lifecycle === 'Pending' && before?.lifecycle === STANDBY ? 'InService' : lifecycle
}

function servesLess(group: AutoScalingGroup, instance: Ec2Instance): readonly string[] {
  const { AutoScalingGroupName: name, DesiredCapacity: desired = 0, TargetGroupARNs: targets = [] } = group
  if (memberIn(group, instance)?.LifecycleState !== 'InService') return []
  const behind = targets.length === 0 ? '' : ` behind ${targets.map(targetGroupName).join(', ')}`
  return [`Auto Scaling group ${name}${behind} goes from ${desired} to ${desired - 1} instances`]
}

/** The name in a target group’s ARN, which ends in `targetgroup/<name>/<id>`. */
const targetGroupName = (arn: string): string => arn.split('/')[1] ?? arn

type Suspension = Work<Ec2Instance, SuspendReplacementState>

function change(work: Suspension) {
  return makeCalls(work, async (call) => {
    await arrived(work)
    return send(work, call).catch((error: unknown) => unlessItIsThere(error, work, call))
  })
}

const ON_ITS_WAY: ReadonlySet<string | undefined> = new Set(['EnteringStandby', 'Pending'])
const LOOK_EVERY_MS = 250

/** Auto Scaling changes no instance that is on its way; one whose load balancer drains for minutes is tried again later. */
async function arrived({ read, target, signal }: Suspension): Promise<void> {
  const there = await lookFor({ everyMs: LOOK_EVERY_MS, forMs: SETTLE_MS, signal }, async () => {
    const group = await findGroup(read, target)
    const isOnItsWay = group !== undefined && ON_ITS_WAY.has(memberIn(group, target)?.LifecycleState)
    return isOnItsWay ? undefined : ('there' as const)
  })
  if (there === undefined)
    throw failure('unavailable', `${target.instanceId} is still on its way into or out of standby`)
}

function send(
  { write: { autoScaling }, target: { instanceId } }: Suspension,
  { operation, resource, change: { after } }: DeclaredCall,
): Promise<Acknowledged> {
  const group = { AutoScalingGroupName: groupName(resource) }
  const members = { ...group, InstanceIds: [instanceId] }
  switch (operation) {
    case 'autoscaling:SetInstanceProtection':
      return autoScaling.send(new SetInstanceProtectionCommand({ ...members, ProtectedFromScaleIn: after === true }))
    case 'autoscaling:UpdateAutoScalingGroup':
      return autoScaling.send(new UpdateAutoScalingGroupCommand({ ...group, MinSize: Number(after) }))
    case 'autoscaling:EnterStandby':
      return autoScaling.send(new EnterStandbyCommand({ ...members, ShouldDecrementDesiredCapacity: true }))
    case 'autoscaling:ExitStandby':
      return autoScaling.send(new ExitStandbyCommand(members))
    default:
      throw failure('internal', `${operation} is no call of suspendReplacement`)
  }
}

/**
 * Auto Scaling refuses what an earlier attempt has done already, and what a group has no room for any more. The one is there, the other
 * must be decided again, by what is true now.
 */
async function unlessItIsThere(error: unknown, work: Suspension, { change }: DeclaredCall): Promise<Acknowledged> {
  if (!(error instanceof Error) || error.name !== 'ValidationError') throw error
  // On a first attempt there is none before it.
  if (work.attempt > 1) await settle(work.signal)
  const { state } = await suspendReplacement.observe(work.read, work.target, work.before)
  if (state[change.field] === change.after) return ALREADY_SO
  throw failure('drifted', error.message)
}
