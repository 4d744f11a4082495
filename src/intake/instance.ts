import { type Credential, isAwsAccount } from '#domain/finding'
import type { Ec2Instance } from '#domain/targets'
import type { Place } from './named-entity.ts'

/** Source: EC2, resource ids: 8 or 17 hexadecimal digits. */
const INSTANCE_ID = /^i-[0-9a-f]{8}(?:[0-9a-f]{9})?$/

interface About extends Place {
  /** As the finding names it, if it does. */
  readonly named: string | null
  readonly credential: Credential
}

/**
 * The instance that the finding is about; or the one whose role’s session it is: such a session has the instance’s id as its name.
 * Null when there is none. Source: GuardDuty InstanceDetails; EC2, IAM roles for Amazon EC2.
 */
export function instanceOf({ named, account, region, credential }: About): Ec2Instance | null {
  const instanceId = named ?? (credential.kind === 'role-session' ? credential.session : null)
  return instanceId !== null && INSTANCE_ID.test(instanceId) && isAwsAccount(account)
    ? { kind: 'ec2-instance', account, region, instanceId }
    : null
}
