import type {
  Activity,
  ActivityType,
  AttachInstancesQuery,
  DetachInstancesAnswer,
  DetachInstancesQuery,
  EnterStandbyAnswer,
  EnterStandbyQuery,
  ExitStandbyAnswer,
  ExitStandbyQuery,
  SetInstanceProtectionQuery,
  TerminateInstanceInAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling'
import { find } from '#simulator/services/ec2/places'
import { type AnyOperation, type Call, writing } from '#simulator/services/service'
import type { AutoScalingGroup, ScalingMember } from '#simulator/state/tables'
import {
  enterTargetGroups,
  groupsIn,
  invalid,
  leaveTargetGroups,
  membersNamed,
  newMember,
  passing,
  putGroup,
  requireGroup,
  terminateMembers,
  withMembers,
} from './members.ts'
import { byGroup, touchedGroup } from './named.ts'
import { activity } from './shapes.ts'

export const membership: Readonly<Record<string, AnyOperation>> = {
  SetInstanceProtection: writing<SetInstanceProtectionQuery, Record<string, never>>({
    resources: byGroup,
    touched: touchedGroup,
    run(input, call) {
      const group = requireGroup(call, input.AutoScalingGroupName)
      const { InstanceIds: ids = [], ProtectedFromScaleIn: protectedFromScaleIn = false } = input
      membersNamed(group, ids, ['InService', 'EnteringStandby', 'Standby'])
      putGroup(call, withMembers(group, ids, { protectedFromScaleIn }))
      return {}
    },
  }),
  EnterStandby: writing<EnterStandbyQuery, EnterStandbyAnswer>({
    resources: byGroup,
    touched: touchedGroup,
    run: (input, call) => ({ Activities: leaveService(call, input, 'EnteringStandby') }),
  }),
  ExitStandby: writing<ExitStandbyQuery, ExitStandbyAnswer>({
    resources: byGroup,
    touched: touchedGroup,
    run: (input, call) => ({ Activities: exitStandby(call, input) }),
  }),
  DetachInstances: writing<DetachInstancesQuery, DetachInstancesAnswer>({
    resources: byGroup,
    touched: touchedGroup,
    run: (input, call) => ({ Activities: leaveService(call, input, 'Detaching') }),
  }),
  AttachInstances: writing<AttachInstancesQuery, Record<string, never>>({
    resources: byGroup,
    touched: touchedGroup,
    run(input, call) {
      attach(call, input)
      return {}
    },
  }),
  TerminateInstanceInAutoScalingGroup: writing<TerminateInstanceInAutoScalingGroupType, ActivityType>({
    resources: (input, call) => [groupOf(call, input.InstanceId)?.arn ?? '*'],
    run(input, call) {
      const { InstanceId: id = '', ShouldDecrementDesiredCapacity: decrements = false } = input
      const group = groupOf(call, id)
      if (!group) throw invalid(`Instance Id not found - No managed instance found for instance ID: ${id}`)
      if (decrements && group.desired <= group.min)
        throw invalid(
          `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
        )
      const ended = terminateMembers(call, group, [id])
      putGroup(call, { ...ended, desired: group.desired - (decrements ? 1 : 0) })
      return { Activity: activity(call, group, `Terminating EC2 instance: ${id}`) }
    },
  }),
}

const groupOf = (call: Call, id: string | undefined): AutoScalingGroup | undefined =>
  groupsIn(call).find(({ members }) => members.some(({ instance }) => instance === id))

interface Leaving {
  readonly AutoScalingGroupName?: string | undefined
  readonly InstanceIds?: readonly string[] | undefined
  readonly ShouldDecrementDesiredCapacity?: boolean | undefined
}

const LEAVES_FROM: Readonly<Record<'EnteringStandby' | 'Detaching', readonly ScalingMember['lifecycle'][]>> = {
  EnteringStandby: ['InService'],
  Detaching: ['InService', 'Standby'],
}

/** Members leave the service and their target groups; what is not decremented is launched anew. */
function leaveService(call: Call, input: Leaving, lifecycle: 'EnteringStandby' | 'Detaching'): Activity[] {
  const group = requireGroup(call, input.AutoScalingGroupName)
  const { InstanceIds: ids = [], ShouldDecrementDesiredCapacity: decrements = false } = input
  const leaving = membersNamed(group, ids, LEAVES_FROM[lifecycle])
  const fewer = decrements ? leaving.filter((member) => member.lifecycle === 'InService').length : 0
  if (fewer > 0 && group.desired - fewer < group.min)
    throw invalid(
      `AutoScalingGroup ${group.name} has min-size=${group.min}, max-size=${group.max}, and desired-size=${group.desired}. To place into standby ${fewer} instance, please update the AutoScalingGroup sizes appropriately.`,
    )
  leaveTargetGroups(call, group, ids)
  putGroup(call, { ...withMembers(group, ids, passing(call, lifecycle)), desired: group.desired - fewer })
  const verb = lifecycle === 'Detaching' ? 'Detaching EC2 instance' : 'Moving EC2 instance to Standby'
  return ids.map((id) => activity(call, group, `${verb}: ${id}`))
}

function exitStandby(call: Call, input: Leaving): Activity[] {
  const group = requireGroup(call, input.AutoScalingGroupName)
  const { InstanceIds: ids = [] } = input
  membersNamed(group, ids, ['Standby'])
  const stopped = ids.find((id) => find(call, 'instance', id)?.state !== 'running')
  if (stopped !== undefined) throw invalid(`The instance ${stopped} is not in running state.`)
  const desired = grown(group, ids.length)
  enterTargetGroups(call, group, ids)
  putGroup(call, { ...withMembers(group, ids, { ...passing(call, 'Pending'), health: 'Healthy' }), desired })
  return ids.map((id) => activity(call, group, `Moving EC2 instance out of Standby: ${id}`))
}

function attach(call: Call, input: AttachInstancesQuery): void {
  const group = requireGroup(call, input.AutoScalingGroupName)
  const { InstanceIds: ids = [] } = input
  const wrong = ids.find((id) => find(call, 'instance', id)?.state !== 'running' || groupOf(call, id) !== undefined)
  if (wrong !== undefined) throw invalid(`Invalid Instance ID(s): [${wrong}] specified`)
  const desired = grown(group, ids.length)
  enterTargetGroups(call, group, ids)
  putGroup(call, { ...group, desired, members: [...group.members, ...ids.map((id) => newMember(call, id))] })
}

/** The desired capacity with so many more. */
function grown(group: AutoScalingGroup, count: number): number {
  const desired = group.desired + count
  if (desired > group.max)
    throw invalid(
      `AutoScalingGroup ${group.name} has min-size=${group.min}, max-size=${group.max}, and desired-size=${group.desired}. To place into service ${count} instance, please update the AutoScalingGroup sizes appropriately.`,
    )
  return desired
}
