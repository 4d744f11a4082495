import type {
  EnterStandbyAnswer,
  EnterStandbyQuery,
  ExitStandbyAnswer,
  ExitStandbyQuery,
} from '@aws-sdk/client-auto-scaling'
import type { AnyOperation, Call } from '#simulator/services/service'
import { writing } from '#simulator/services/service'
import type { AutoScalingGroup, GroupMember } from '#simulator/state/tables'
import { move, putGroup, requireGroup, requireMembers, scalingFault, settle } from './groups.ts'
import { activityShape } from './shapes.ts'

interface Named {
  readonly AutoScalingGroupName?: string | undefined
}

/** The ARN of the group that a request names. */
export const groupArn = ({ AutoScalingGroupName: name = '' }: Named, call: Call): readonly string[] => [
  requireGroup(call, name).arn,
]

/** Leaving service for a while and coming back. Source: Auto Scaling API, EnterStandby and ExitStandby. */
export const standby: Readonly<Record<string, AnyOperation>> = {
  EnterStandby: writing<EnterStandbyQuery, EnterStandbyAnswer>({
    resources: groupArn,
    run(input, call) {
      const { AutoScalingGroupName: name = '', InstanceIds: instances = [], ShouldDecrementDesiredCapacity } = input
      const group = requireGroup(call, name)
      requireState(requireMembers(group, instances), 'InService')
      const desired = ShouldDecrementDesiredCapacity === true ? group.desired - instances.length : group.desired
      if (desired < group.min)
        throw scalingFault(
          'ValidationError',
          `AutoScalingGroup ${name} has min-size=${group.min}, max-size=${group.max}, and desired-size=${group.desired}. To place into standby ${instances.length} more instance, please update the AutoScalingGroup sizes appropriately.`,
        )
      const left = move(call, { ...group, desired }, { instances, state: 'Standby' })
      putGroup(call, settle(call, left))
      return { Activities: instances.map((id) => activityShape(call, group, `Moving EC2 instance to Standby: ${id}`)) }
    },
  }),
  ExitStandby: writing<ExitStandbyQuery, ExitStandbyAnswer>({
    resources: groupArn,
    run(input, call) {
      const { AutoScalingGroupName: name = '', InstanceIds: instances = [] } = input
      const group = requireGroup(call, name)
      requireState(requireMembers(group, instances), 'Standby')
      const desired = group.desired + instances.length
      if (desired > group.max) throw tooLarge(group, instances.length)
      putGroup(call, move(call, { ...group, desired }, { instances, state: 'InService' }))
      return {
        Activities: instances.map((id) => activityShape(call, group, `Moving EC2 instance out of Standby: ${id}`)),
      }
    },
  }),
}

function requireState(members: readonly GroupMember[], state: GroupMember['state']): void {
  const other = members.find((member) => member.state !== state)
  if (other)
    throw scalingFault('ValidationError', `The instance ${other.instance} is not in ${state} but in ${other.state}.`)
}

const tooLarge = ({ name, max, desired }: AutoScalingGroup, more: number) =>
  scalingFault(
    'ValidationError',
    `AutoScalingGroup ${name} has max-size=${max} and desired-size=${desired}: ${more} more instance would exceed it.`,
  )
