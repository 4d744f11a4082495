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
