import { callerPolicy, type HubIdentities, QUEUE_READING } from '#domain/roles/role-trust'
import { accountPlans, EXECUTOR_USER, GATE_USER, HUB, INTAKE_USER } from './organization.ts'

interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Principal?: object
}

const document = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

/** An identity policy that allows these actions. */
export const allow = (actions: readonly string[], resource: string | readonly string[] = '*'): string =>
  document({ Effect: 'Allow', Action: actions, Resource: resource })

/** A trust policy for an AWS service. */
export const trustService = (service: string): string =>
  document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } })

/** A trust policy for principals by ARN. */
export const trustPrincipals = (arns: readonly string[], actions: readonly string[] = ['sts:AssumeRole']): string =>
  document({ Effect: 'Allow', Action: actions, Principal: { AWS: arns } })

/** What a role needs in its trust, and a caller in its policies, to open sessions that carry the incident. */
export const SESSION_ACTIONS = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'] as const

/** The identities of the hub that the accounts’ roles know. */
export const hub: HubIdentities = {
  gate: `arn:aws:iam::${HUB}:user/${GATE_USER}`,
  executor: `arn:aws:iam::${HUB}:user/${EXECUTOR_USER}`,
  intake: `arn:aws:iam::${HUB}:user/${INTAKE_USER}`,
}

const members = {
  partition: 'aws',
  accounts: accountPlans.filter(({ environment }) => environment !== 'hub').map(({ id }) => id),
}

export const gatePolicy = JSON.stringify(callerPolicy('gate', members))

/** It reads the queues of its own account, and opens reading roles. */
export const intakePolicies: Readonly<Record<string, string>> = {
  'assume-readers': JSON.stringify(callerPolicy('intake', members)),
  'read-queues': allow(QUEUE_READING, `arn:aws:sqs:*:${HUB}:*`),
}

export const executorPolicies: Readonly<Record<string, string>> = {
  'assume-readers': JSON.stringify(callerPolicy('executor', members)),
  'read-organization': allow([
    'organizations:DescribeOrganization',
    'organizations:ListAccounts',
    'organizations:DescribeAccount',
    'sts:GetAccessKeyInfo',
    'guardduty:Get*',
    'guardduty:List*',
    'ec2:DescribeRegions',
  ]),
}
