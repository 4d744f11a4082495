/** What the simulator keeps. Every document is plain JSON; times are milliseconds since 1970, keys start with the account. */
export interface Tables {
  /** account id */
  readonly account: Account
  /** account/user name */
  readonly user: User
  /** access key id */
  readonly accessKey: AccessKey
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
  /** account/region/resource id */
  readonly vpc: Vpc
  readonly subnet: Subnet
  readonly securityGroup: SecurityGroup
  readonly instance: Instance
  readonly volume: Volume
  readonly autoScalingGroup: AutoScalingGroup
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
export type Tags = Readonly<Record<string, string>>

export interface Account {
  readonly id: string
  readonly name: string
  readonly environment: 'hub' | 'production' | 'nonproduction'
  readonly regions: readonly string[]
  readonly email: string
  readonly joinedAt: number
}

interface Principal {
  readonly account: string
  readonly name: string
  readonly path: string
  readonly createdAt: number
  readonly tags: Tags
  /** Inline policies: name → document, as it was put. */
  readonly inline: Readonly<Record<string, string>>
  /** ARNs of attached managed policies. */
  readonly attached: readonly string[]
}

export interface User extends Principal {
  /** AIDA… */
  readonly id: string
  readonly loginProfile?: { readonly createdAt: number; readonly passwordResetRequired: boolean }
  readonly passwordLastUsedAt?: number
}

export interface Role extends Principal {
  /** AROA… */
  readonly id: string
  readonly trust: string
  readonly description?: string
  readonly maxSessionSeconds: number
  readonly lastUsed?: { readonly at: number; readonly region: string }
}

export interface AccessKey {
  readonly id: string
  readonly secret: string
  readonly account: string
  readonly user: string
  readonly userId: string
  readonly status: 'Active' | 'Inactive'
  readonly createdAt: number
  readonly lastUsed?: { readonly at: number; readonly region: string; readonly service: string }
}

export interface Session {
  readonly id: string
  readonly secret: string
  readonly token: string
  readonly account: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly principal:
    | { readonly kind: 'role'; readonly role: string; readonly roleId: string; readonly sessionName: string }
    | { readonly kind: 'user'; readonly user: string; readonly userId: string }
  readonly sessionPolicy?: string
  readonly sourceIdentity?: string
  readonly tags: Tags
  readonly transitiveTagKeys: readonly string[]
}

export interface InstanceProfile {
  readonly account: string
  readonly id: string
  readonly name: string
  readonly path: string
  readonly role: string
  readonly createdAt: number
}

export interface Secret {
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly name: string
  readonly description?: string
  readonly createdAt: number
  readonly changedAt: number
  readonly deletedAt?: number
  readonly tags: Tags
  readonly versions: readonly SecretVersion[]
}

export interface SecretVersion {
  readonly id: string
  readonly text?: string
  readonly binary?: string
  readonly stages: readonly string[]
  readonly createdAt: number
}

export interface Detector {
  readonly id: string
  readonly createdAt: number
}

/** A finding with the SDK's own member names. */
export interface StoredFinding {
  readonly id: string
  readonly finding: Readonly<Record<string, unknown>>
}

export interface Vpc {
  readonly id: string
  readonly cidr: string
  readonly isDefault: boolean
  readonly tags: Tags
}

export interface Subnet {
  readonly id: string
  readonly vpc: string
  readonly cidr: string
  readonly zone: string
  readonly tags: Tags
}

export interface SecurityGroup {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly vpc: string
  readonly tags: Tags
  readonly ingress: readonly Readonly<Record<string, unknown>>[]
  readonly egress: readonly Readonly<Record<string, unknown>>[]
}

export interface Instance {
  readonly id: string
  readonly reservation: string
  readonly image: string
  readonly type: string
  readonly state: 'running' | 'stopped' | 'terminated'
  readonly launchedAt: number
  readonly vpc: string
  readonly subnet: string
  readonly zone: string
  readonly privateAddress: string
  readonly publicAddress?: string
  readonly networkInterface: string
  readonly securityGroups: readonly string[]
  readonly instanceProfile?: string
  readonly keyName?: string
  readonly clientToken?: string
  readonly volume: string
  readonly tags: Tags
}

export interface Volume {
  readonly id: string
  readonly instance: string
  readonly device: string
  readonly sizeGib: number
  readonly zone: string
  readonly createdAt: number
  readonly tags: Tags
}

export interface AutoScalingGroup {
  readonly name: string
  readonly arn: string
  readonly min: number
  readonly max: number
  readonly desired: number
  readonly zones: readonly string[]
  readonly subnets: readonly string[]
  readonly instances: readonly string[]
  readonly createdAt: number
  readonly tags: Tags
}

export interface LambdaFunction {
  readonly name: string
  readonly arn: string
  readonly role: string
  readonly runtime: string
  readonly modifiedAt: number
  readonly tags: Tags
}

export interface Database {
  readonly id: string
  readonly arn: string
  readonly resourceId: string
  readonly engine: string
  readonly engineVersion: string
  readonly vpc: string
  readonly securityGroups: readonly string[]
  readonly createdAt: number
  readonly tags: Tags
}

export interface Bucket {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly createdAt: number
  readonly versioning: 'off' | 'Enabled' | 'Suspended'
}

export interface StoredObject {
  readonly key: string
  readonly version: string
  /** Rises with every write, so that the latest version is known. */
  readonly sequence: number
  readonly modifiedAt: number
  readonly contentType: string
  readonly etag: string
  readonly size: number
  /** Base64. */
  readonly content: string
  readonly metadata: Readonly<Record<string, string>>
}

export interface Queue {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly url: string
  readonly attributes: Readonly<Record<string, string>>
  readonly createdAt: number
}

export interface Message {
  readonly id: string
  readonly body: string
  readonly sentAt: number
  readonly visibleAt: number
  readonly receipt?: string
  readonly received: number
}
