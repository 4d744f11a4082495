import type { Credential } from '#domain/finding'
import type { Ec2Instance } from '#domain/targets'
import { textAt } from './member.ts'

/** Source: EC2, resource ids: 8 or 17 hexadecimal digits. */
const INSTANCE_ID = /^i-[0-9a-f]{8}(?:[0-9a-f]{9})?$/

interface Around {
  readonly account: string
  readonly region: string
  readonly credential: Credential
}

/**
 * The instance that the finding is about, from `resource.instanceDetails`; or the one whose role’s session it is: such a session has
 * the instance’s id as its name. Null when there is none. Source: GuardDuty InstanceDetails; EC2, IAM roles for Amazon EC2.
 */
export function instanceOf(raw: unknown, { account, region, credential }: Around): Ec2Instance | null {
  const named = textAt(raw, 'resource.instanceDetails.instanceId')
  const instanceId = named ?? (credential.kind === 'role-session' ? credential.session : null)
  return instanceId !== null && INSTANCE_ID.test(instanceId)
    ? { kind: 'ec2-instance', account, region, instanceId }
    : null
}
