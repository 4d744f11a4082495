import type { Tags } from './principals.ts'

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

/** One rule: a protocol, its ports, and the one peer that it lets through. */
export interface SecurityRule {
  readonly id: string
  /** `-1` is every protocol. */
  readonly protocol: string
  readonly from?: number
  readonly to?: number
  readonly kind: 'ipv4' | 'ipv6' | 'group'
  /** A range, or the id of a group. */
  readonly peer: string
  readonly description?: string
}

export interface SecurityGroup {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly vpc: string
  readonly tags: Tags
  readonly ingress: readonly SecurityRule[]
  readonly egress: readonly SecurityRule[]
}

export interface NetworkInterface {
  readonly id: string
  readonly vpc: string
  readonly subnet: string
  readonly zone: string
  readonly description: string
  readonly groups: readonly string[]
  readonly privateAddress: string
  /** Made by a service for its own use: its owner cannot change it. */
  readonly requesterManaged: boolean
  readonly sourceDestCheck: boolean
  readonly elastic?: { readonly allocation: string; readonly association: string; readonly address: string }
  readonly attachment?: Attachment
  readonly tags: Tags
}

export interface Attachment {
  readonly id: string
  readonly instance: string
  readonly deviceIndex: number
  readonly attachedAt: number
  readonly deleteOnTermination: boolean
}

/** An instance; its network interfaces and volumes name it, not the other way round. */
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
  readonly lifecycle?: 'spot'
  readonly terminationProtected: boolean
  readonly stopProtected: boolean
  readonly shutdownBehavior: 'stop' | 'terminate'
  readonly instanceProfile?: ProfileAssociation
  /** A miner runs on it; what lists processes shows it. */
  readonly mining?: boolean
  readonly keyName?: string
  readonly clientToken?: string
  readonly tags: Tags
}

/** The instance profile that an instance has, and since when. */
export interface ProfileAssociation {
  readonly id: string
  readonly arn: string
  readonly since: number
}

export interface Volume {
  readonly id: string
  /** Absent when it is attached to nothing. */
  readonly instance?: string
  readonly device: string
  readonly deleteOnTermination: boolean
  readonly encrypted: boolean
  readonly sizeGib: number
  readonly zone: string
  readonly createdAt: number
  readonly tags: Tags
}

export interface Snapshot {
  readonly id: string
  readonly volume: string
  readonly sizeGib: number
  readonly encrypted: boolean
  readonly description: string
  readonly startedAt: number
  /** From then on it is `completed`; before, `pending`. */
  readonly completesAt: number
  readonly tags: Tags
}
