import type { SentCommand } from './commands.ts'
import type {
  Bucket,
  Detector,
  FindingFilter,
  HubFinding,
  Message,
  Queue,
  Secret,
  SecurityHub,
  StoredFinding,
  StoredObject,
} from './contents.ts'
import type { Instance, NetworkInterface, SecurityGroup, Snapshot, Subnet, Volume, Vpc } from './ec2.ts'
import type { AccessKey, AccessReport, Account, InstanceProfile, Role, Session, User } from './principals.ts'
import type { AskedQuery, Workgroup } from './queries.ts'
import type { AutoScalingGroup, TargetGroup } from './scaling.ts'
import type { Database, LambdaFunction } from './workload.ts'

export type * from './commands.ts'
export type * from './contents.ts'
export type * from './ec2.ts'
export type * from './principals.ts'
export type * from './queries.ts'
export type * from './scaling.ts'
export type * from './workload.ts'

/** What the simulator keeps. Every document is plain JSON; times are milliseconds since 1970, keys start with the account. */
export interface Tables {
  /** account id */
  readonly account: Account
  /** account/user name */
  readonly user: User
  /** access key id */
  readonly accessKey: AccessKey
  /** job id */
  readonly accessReport: AccessReport
  /** account/role name */
  readonly role: Role
  /** account/profile name */
  readonly instanceProfile: InstanceProfile
  /** access key id of the session */
  readonly session: Session
  /** account/region/secret name */
  readonly secret: Secret
  /** account/region */
  readonly detector: Detector
  /** account/region/finding id */
  readonly finding: StoredFinding
  /** account/region/filter name */
  readonly findingFilter: FindingFilter
  /** account/region; where Security Hub is enabled */
  readonly securityHub: SecurityHub
  /** account/region/finding id, in ASFF */
  readonly hubFinding: HubFinding
  /** finding id; what the intake has not taken yet */
  readonly delivery: StoredFinding
  /** account/region/resource id */
  readonly vpc: Vpc
  readonly subnet: Subnet
  readonly securityGroup: SecurityGroup
  readonly networkInterface: NetworkInterface
  readonly instance: Instance
  readonly volume: Volume
  readonly snapshot: Snapshot
  readonly autoScalingGroup: AutoScalingGroup
  readonly targetGroup: TargetGroup
  /** account/region/command id */
  readonly command: SentCommand
  /** account/region/name */
  readonly workgroup: Workgroup
  /** account/region/query id */
  readonly query: AskedQuery
  readonly function: LambdaFunction
  readonly database: Database
  /** bucket name */
  readonly bucket: Bucket
  /** bucket name/key/version id */
  readonly object: StoredObject
  /** account/region/queue name */
  readonly queue: Queue
  /** account/region/queue name/message id */
  readonly message: Message
}

export type TableName = keyof Tables
