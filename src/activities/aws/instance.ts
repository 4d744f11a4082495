import { DescribeInstancesCommand, type Instance } from '@aws-sdk/client-ec2'
import { arnPrefix } from '#domain/declared'
import { type Ec2Instance, targetText } from '#domain/targets'
import { absentAs } from './absent.ts'
import type { ReadSession } from './sessions.ts'
import { failure } from './translate-error.ts'

/** States in which there is nothing left to contain. Source: EC2, instance lifecycle. */
const ENDED: ReadonlySet<string> = new Set(['shutting-down', 'terminated'])

/** The instance as AWS describes it, also one that has ended; undefined when there is none of that id. */
export async function findInstance({ ec2 }: ReadSession, { instanceId }: Ec2Instance): Promise<Instance | undefined> {
  const asked = ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }))
  const found = await absentAs(undefined, asked)
  return found?.Reservations?.flatMap(({ Instances = [] }) => Instances)[0]
}

export const hasEnded = ({ State }: Instance): boolean => ENDED.has(State?.Name ?? '')

/** The live instance behind the identity. Fails with `target_gone` when there is none, or it is terminated. */
export async function requireInstance(read: ReadSession, instance: Ec2Instance): Promise<Instance> {
  const live = await findInstance(read, instance)
  if (live === undefined) throw failure('target_gone', `${targetText(instance)} does not exist`)
  if (hasEnded(live)) throw failure('target_gone', `${targetText(instance)} is ${live.State?.Name ?? 'terminated'}`)
  return live
}

export const arnOfInstance = ({ partition }: ReadSession, instance: Ec2Instance): string =>
  `arn:${partition}:${arnPrefix(instance)}/${instance.instanceId}`
