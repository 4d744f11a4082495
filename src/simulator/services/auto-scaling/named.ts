import { placeOf } from '#simulator/services/ec2/places'
import type { Call } from '#simulator/services/service'

interface ByName {
  readonly AutoScalingGroupName?: string | undefined
}

/** The ARN that access to a named group is judged by; its own id is known only when it exists. */
export const byGroup = ({ AutoScalingGroupName: name = '' }: ByName, call: Call): readonly string[] => [
  call.state.get('autoScalingGroup', placeOf(call) + name)?.arn ?? groupArn(call, name, '*'),
]

export const touchedGroup = ({ AutoScalingGroupName: name = '' }: ByName) => [
  { type: 'AWS::AutoScaling::AutoScalingGroup', name },
]

export const groupArn = ({ region, account }: Pick<Call, 'region' | 'account'>, name: string, id: string): string =>
  `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:${id}:autoScalingGroupName/${name}`
