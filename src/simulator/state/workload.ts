import type { Tags } from './principals.ts'

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
