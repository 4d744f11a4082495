import { policiesOf } from '#domain/roles/role-policies'
import { roleNames, trustOf } from '#domain/roles/role-trust'
import { managedPolicyArn } from '#simulator/access/managed-policies'
import { accessKeyId, iamId, secretAccessKey } from '#simulator/identifiers'
import type { Draft } from '#simulator/state/store'
import type { Role, Tags, User } from '#simulator/state/tables'
import {
  type AccountPlan,
  ADMINISTRATOR,
  EXECUTOR_USER,
  GATE_USER,
  HUB,
  INTAKE_USER,
  VICTIM,
  victimRole,
} from './organization.ts'
import {
  allow,
  executorPolicies,
  gatePolicy,
  hub,
  intakePolicies,
  SESSION_ACTIONS,
  trustPrincipals,
  trustService,
} from './policies.ts'

const SESSION_SECONDS = 3600

export interface Seeding {
  readonly draft: Draft
  readonly plan: AccountPlan
  readonly at: number
}

interface Connecting extends Seeding {
  /** What the account’s roles for Cordon ask of whoever opens them. */
  readonly externalId: string
}

interface PrincipalSeed {
  readonly name: string
  readonly inline?: Readonly<Record<string, string>>
  readonly attached?: readonly string[]
  readonly tags?: Tags
}

interface RoleSeed extends PrincipalSeed {
  readonly trust: string
}

/** Makes the users and roles of an account. */
export function seedPrincipals(seeding: Connecting): void {
  const administrator = seedUser(seeding, { name: ADMINISTRATOR, attached: [managedPolicyArn('AdministratorAccess')] })
  seedKey(seeding, administrator)
  if (seeding.plan.environment === 'hub') seedHubUsers(seeding)
  else seedMember(seeding)
}

function seedHubUsers(seeding: Seeding): void {
  seedKey(seeding, seedUser(seeding, { name: GATE_USER, inline: { 'assume-cordon-roles': gatePolicy } }))
  seedKey(seeding, seedUser(seeding, { name: EXECUTOR_USER, inline: executorPolicies }))
  seedKey(seeding, seedUser(seeding, { name: INTAKE_USER, inline: intakePolicies }))
}

function seedMember(seeding: Connecting): void {
  const { id, workload } = seeding.plan
  seedKey(seeding, seedUser(seeding, { name: VICTIM, inline: victimPolicies(seeding.plan), tags: { team: workload } }))
  seedKey(seeding, seedUser(seeding, { name: `${workload}-reports`, attached: [managedPolicyArn('ReadOnlyAccess')] }))
  seedBreakGlass(seeding)
  for (const role of [...memberRoles(seeding.plan), ...cordonRoles(seeding)]) seedRole(seeding, role)
  const name = `${workload}-web`
  const profile = { account: id, id: iamId('AIPA'), name, path: '/', role: name, createdAt: seeding.at }
  seeding.draft.put('instanceProfile', `${id}/${name}`, profile)
}

const memberRoles = (plan: AccountPlan): readonly RoleSeed[] => [
  {
    name: victimRole(plan),
    trust: trustPrincipals([`arn:aws:iam::${plan.id}:user/${VICTIM}`]),
    inline: { deploy: deployPolicy },
  },
  {
    name: 'organization-audit',
    trust: trustPrincipals([`arn:aws:iam::${HUB}:root`]),
    attached: [managedPolicyArn('ReadOnlyAccess')],
  },
  {
    name: `${plan.workload}-web`,
    trust: trustService('ec2.amazonaws.com'),
    inline: { assets: allow(['s3:GetObject', 's3:ListAllMyBuckets']) },
  },
  {
    name: `${plan.workload}-orders`,
    trust: trustService('lambda.amazonaws.com'),
    inline: { queue: allow(['sqs:SendMessage']) },
  },
]

/** The roles as the templates would make them. */
const cordonRoles = ({ plan: { id, regions }, externalId }: Connecting): readonly RoleSeed[] =>
  roleNames.map((name) => ({
    name,
    trust: JSON.stringify(trustOf(name, { hub, externalId })),
    inline: Object.fromEntries(
      policiesOf(name, { partition: 'aws', account: id, regions }).map((policy) => [
        policy.name,
        JSON.stringify(policy.document),
      ]),
    ),
  }))

const deployPolicy = allow([
  'ec2:Describe*',
  'lambda:List*',
  'lambda:Get*',
  's3:ListAllMyBuckets',
  's3:GetObject',
  's3:ListBucket',
  'iam:ListRoles',
])

/** The inline policies that the victim of the drills has in peace. */
export const victimPolicies = (plan: AccountPlan): Readonly<Record<string, string>> => ({
  'read-artifacts': allow(['s3:ListAllMyBuckets', 's3:GetObject', 's3:ListBucket', 'iam:ListUsers']),
  deploy: allow([SESSION_ACTIONS[0]], `arn:aws:iam::${plan.id}:role/${victimRole(plan)}`),
})

function seedBreakGlass(seeding: Seeding): void {
  const user = seedUser(seeding, {
    name: 'break-glass-admin',
    attached: [managedPolicyArn('AdministratorAccess')],
    tags: { 'cordon:protected': 'true' },
  })
  const loginProfile = { createdAt: seeding.at, passwordResetRequired: false }
  seeding.draft.put('user', `${user.account}/${user.name}`, { ...user, loginProfile })
}

function seedUser({ draft, plan, at }: Seeding, seed: PrincipalSeed): User {
  const user: User = {
    account: plan.id,
    path: '/',
    id: iamId('AIDA'),
    createdAt: at,
    name: seed.name,
    inline: seed.inline ?? {},
    attached: seed.attached ?? [],
    tags: seed.tags ?? {},
  }
  draft.put('user', `${plan.id}/${user.name}`, user)
  return user
}

function seedRole({ draft, plan, at }: Seeding, seed: RoleSeed): void {
  const role: Role = {
    account: plan.id,
    path: '/',
    id: iamId('AROA'),
    createdAt: at,
    name: seed.name,
    trust: seed.trust,
    maxSessionSeconds: SESSION_SECONDS,
    inline: seed.inline ?? {},
    attached: seed.attached ?? [],
    tags: seed.tags ?? {},
  }
  draft.put('role', `${plan.id}/${role.name}`, role)
}

/** Gives a user one active key. */
export function seedKey({ draft, at }: Pick<Seeding, 'draft' | 'at'>, user: User): void {
  const id = accessKeyId('AKIA')
  draft.put('accessKey', id, {
    id,
    secret: secretAccessKey(),
    account: user.account,
    user: user.name,
    userId: user.id,
    status: 'Active',
    createdAt: at,
  })
}
