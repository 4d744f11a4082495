import type { AthenaClient } from '@aws-sdk/client-athena'
import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import type { EC2Client } from '@aws-sdk/client-ec2'
import type { GuardDuty, GuardDutyClient } from '@aws-sdk/client-guardduty'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SecurityHub } from '@aws-sdk/client-securityhub'
import type { SSMClient } from '@aws-sdk/client-ssm'

/** Loaded when it is first needed: it is large, and few steps are about findings. */
export type LazyGuardDuty = () => Promise<GuardDuty>
export type LazySecurityHub = () => Promise<SecurityHub>
/** One account’s logs are asked, and only for evidence. */
export type LazyAthena = () => Promise<AthenaClient>

/** Clients of one account and region with credentials that cannot write. */
export interface ReadSession {
  readonly partition: string
  readonly iam: IAMClient
  readonly secrets: SecretsManagerClient
  readonly trail: CloudTrailClient
  readonly ec2: EC2Client
  readonly autoScaling: AutoScalingClient
  readonly ssm: SSMClient
  readonly guardDuty: LazyGuardDuty
  readonly securityHub: LazySecurityHub
  readonly athena: LazyAthena
}

/** Clients of one account’s reading role for a look at its settings. */
export interface InspectionSession {
  readonly iam: IAMClient
  readonly detectorsIn: (region: string) => GuardDutyClient
}

declare const permitted: unique symbol

/** Clients with the credentials of one permit. Only the gate’s answer makes one. */
export interface WriteSession {
  readonly iam: IAMClient
  readonly secrets: SecretsManagerClient
  readonly ec2: EC2Client
  readonly autoScaling: AutoScalingClient
  readonly ssm: SSMClient
  readonly guardDuty: LazyGuardDuty
  readonly securityHub: LazySecurityHub
  readonly [permitted]: true
}

/** Where a session is, and for which incident: its id is in the user agent of every call. */
export interface SessionPlace {
  readonly account: string
  readonly region: string
  readonly incident: string
}
