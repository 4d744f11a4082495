import type { Tags } from './principals.ts'

/** An instance of an Auto Scaling group. */
export interface ScalingMember {
  readonly instance: string
  readonly lifecycle: 'Pending' | 'InService' | 'EnteringStandby' | 'Standby' | 'Terminating' | 'Detaching'
  /** When the state that is only passed through is over. */
  readonly settlesAt?: number
  readonly protectedFromScaleIn: boolean
  readonly health: 'Healthy' | 'Unhealthy'
}

/** What a group launches. */
export interface LaunchTemplate {
  readonly image: string
  readonly type: string
  readonly groups: readonly string[]
  readonly profileArn?: string
  readonly sizeGib: number
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
  readonly members: readonly ScalingMember[]
  readonly healthCheck: 'EC2' | 'ELB'
  readonly suspended: readonly string[]
  /** ARNs. */
  readonly targetGroups: readonly string[]
  readonly template: LaunchTemplate
  readonly createdAt: number
  readonly tags: Tags
}

export interface Target {
  readonly id: string
  readonly port: number
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'draining'
  /** When it came into this state. */
  readonly since: number
}

export interface TargetGroup {
  readonly name: string
  readonly arn: string
  readonly vpc: string
  readonly protocol: string
  readonly port: number
  readonly targets: readonly Target[]
  readonly createdAt: number
  readonly tags: Tags
}
