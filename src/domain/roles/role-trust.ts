import { documentOf, type PolicyCondition, type PolicyDocument } from '#domain/policy-statements'
import { type AccountRole, accountRoles, READER, writingRoles } from './account-roles.ts'

/** The identities of the hub that Cordon’s roles know. */
export interface HubIdentities {
  /** The only one that may open the writing roles. */
  readonly gate: string
  /** Opens the reading role for plans, read-backs and evidence. */
  readonly executor: string
  /** Opens the reading role for findings; absent where nothing is pulled. */
  readonly intake?: string
}

export interface TrustStatement {
  readonly Effect: 'Allow'
  readonly Principal: { readonly AWS: string | readonly string[] }
  readonly Action: readonly string[]
  readonly Condition?: PolicyCondition
}

/**
 * Who may open the role, and how: with the account’s ExternalId, and, where the role writes, with the incident as SourceIdentity. The two
 * other actions have statements of their own, since AWS knows no ExternalId for them. Source: service authorization reference, STS.
 */
export function trustOf(
  role: AccountRole,
  { hub, externalId }: { readonly hub: HubIdentities; readonly externalId: string },
): PolicyDocument<TrustStatement> {
  const isReader = role === READER
  const readers = hub.intake === undefined ? hub.executor : [hub.executor, hub.intake]
  const principal = { Effect: 'Allow', Principal: { AWS: isReader ? readers : hub.gate } } as const
  const named = isReader ? {} : { StringLike: { 'sts:SourceIdentity': 'inc-*' } }
  return documentOf([
    {
      ...principal,
      Action: ['sts:AssumeRole'],
      Condition: { StringEquals: { 'sts:ExternalId': externalId }, ...named },
    },
    { ...principal, Action: ['sts:SetSourceIdentity', 'sts:TagSession'] },
  ])
}

/** The session actions: what the hub’s identities need for the roles. */
const SESSION_ACTIONS = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'] as const

const rolesOf: Readonly<Record<keyof HubIdentities, readonly AccountRole[]>> = {
  gate: writingRoles,
  executor: [READER],
  intake: [READER],
}

/** What the intake needs on its queues. Source: service authorization reference, SQS. */
export const QUEUE_READING = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueUrl',
  'sqs:GetQueueAttributes',
] as const

/** What each of the hub’s identities must be allowed, in these accounts only. */
export function callerPolicy(
  identity: keyof HubIdentities,
  { partition, accounts }: { readonly partition: string; readonly accounts: readonly string[] },
): PolicyDocument {
  const Resource = accounts.flatMap((account) =>
    rolesOf[identity].map((role) => `arn:${partition}:iam::${account}:role/${role}`),
  )
  return documentOf([{ Effect: 'Allow', Action: SESSION_ACTIONS, Resource }])
}

/** Every role by its name. */
export const roleNames = Object.keys(accountRoles) as readonly AccountRole[]
