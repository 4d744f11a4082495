import type { Tags } from './principals.ts'

/** A group that keeps a number of instances; its members name no instance twice. */
export interface AutoScalingGroup {
  readonly name: string
  readonly arn: string
  readonly min: number
  readonly max: number
  readonly desired: number
  readonly zones: readonly string[]
  readonly subnets: readonly string[]
  readonly members: readonly GroupMember[]
  readonly healthCheck: 'EC2' | 'ELB'
  readonly graceSeconds: number
  readonly targetGroups: readonly string[]
  readonly suspended: readonly string[]
  readonly launch: LaunchSettings
  readonly createdAt: number
  readonly tags: Tags
}

export interface GroupMember {
  readonly instance: string
  /** Where it is, or is going to. */
  readonly state: 'InService' | 'Standby'
  /** Until then it is on its way there. */
  readonly arrivesAt: number
  readonly isProtected: boolean
}

/** What a new member is started with. */
export interface LaunchSettings {
  readonly name: string
  readonly image: string
  readonly type: string
  readonly groups: readonly string[]
  readonly profileArn?: string
}

export interface TargetGroup {
  readonly name: string
  readonly arn: string
  readonly protocol: string
  readonly port: number
  readonly vpc: string
  readonly targets: readonly LoadTarget[]
}

export interface LoadTarget {
  readonly id: string
  readonly port: number
  readonly since: number
}
