import { EXECUTOR_USER, GATE_USER, HUB } from './organization.ts'

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

export const readerTrust = trustPrincipals(
  [`arn:aws:iam::${HUB}:user/${EXECUTOR_USER}`, `arn:aws:iam::${HUB}:user/${GATE_USER}`],
  SESSION_ACTIONS,
)
export const responderTrust = trustPrincipals([`arn:aws:iam::${HUB}:user/${GATE_USER}`], SESSION_ACTIONS)

const IAM_READS = ['iam:Get*', 'iam:List*', 'iam:SimulatePrincipalPolicy']

/** What Cordon may read in an account. */
export const readerPolicy = allow([
  ...IAM_READS,
  'cloudtrail:LookupEvents',
  'guardduty:Get*',
  'guardduty:List*',
  'ec2:Describe*',
  'autoscaling:Describe*',
  'elasticloadbalancing:Describe*',
  'ssm:DescribeInstanceInformation',
  'ssm:GetCommandInvocation',
  'ssm:ListCommandInvocations',
  'lambda:Get*',
  'lambda:List*',
  'rds:Describe*',
  's3:GetBucket*',
  's3:ListAllMyBuckets',
  's3:ListBucket',
  'secretsmanager:DescribeSecret',
  'secretsmanager:ListSecrets',
])

/** What containing an instance and letting it go again takes. */
const INSTANCE_CONTAINMENT = [
  'ec2:CreateTags',
  'ec2:DeleteTags',
  'ec2:ModifyInstanceAttribute',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:CreateSecurityGroup',
  'ec2:DeleteSecurityGroup',
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:CreateSnapshots',
  'ec2:CreateSnapshot',
  'ec2:DeleteSnapshot',
  'ec2:AssociateIamInstanceProfile',
  'ec2:ReplaceIamInstanceProfileAssociation',
  'ec2:DisassociateIamInstanceProfile',
  'autoscaling:SetInstanceProtection',
  'autoscaling:EnterStandby',
  'autoscaling:ExitStandby',
  'autoscaling:UpdateAutoScalingGroup',
  'autoscaling:SetDesiredCapacity',
  'autoscaling:SuspendProcesses',
  'autoscaling:ResumeProcesses',
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:DeregisterTargets',
  'ssm:SendCommand',
]

/** What Cordon may change in an account, before the session policy of one step narrows it. */
export const responderPolicy = allow([
  ...IAM_READS,
  'iam:PutUserPolicy',
  'iam:DeleteUserPolicy',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:UpdateAccessKey',
  'iam:CreateAccessKey',
  'iam:DeleteAccessKey',
  'iam:TagUser',
  'iam:UntagUser',
  'iam:TagRole',
  'iam:UntagRole',
  'iam:UpdateAssumeRolePolicy',
  'secretsmanager:CreateSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:DescribeSecret',
  'secretsmanager:TagResource',
  'secretsmanager:DeleteSecret',
  'secretsmanager:RestoreSecret',
  'ec2:Describe*',
  ...INSTANCE_CONTAINMENT,
  's3:GetBucket*',
  's3:PutBucketVersioning',
  'autoscaling:Describe*',
  'elasticloadbalancing:Describe*',
  'lambda:Get*',
  'lambda:List*',
  'rds:Describe*',
])

export const gatePolicy = allow(SESSION_ACTIONS, [
  'arn:aws:iam::*:role/CordonResponder',
  'arn:aws:iam::*:role/CordonReader',
])

export const executorPolicies: Readonly<Record<string, string>> = {
  'assume-readers': allow(SESSION_ACTIONS, 'arn:aws:iam::*:role/CordonReader'),
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
