import { logGrants } from '#domain/logs/log-grants'
import type { LogPlace } from '#domain/logs/log-place'
import { type Allowed, documentOf, type PolicyDocument, type Statement, statementsOf } from '#domain/policy-statements'
import { fill } from '#domain/state'
import { type AccountRole, accountRoles, READER } from './account-roles.ts'
import { permissionsOf } from './role-permissions.ts'

/** Source: IAM quotas, characters of a managed policy, white space not counted. */
export const MANAGED_POLICY_LIMIT = 6144

/** Where the roles are. Templates give it their own expressions instead of ids. */
export interface RolePlace {
  readonly partition: string
  readonly account: string
  /** The only Regions in which the roles may do anything; IAM itself is global. */
  readonly regions: readonly string[]
  /** The organisation’s logs; only the reading role of their own account may ask them. */
  readonly logs?: LogPlace | undefined
}

export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
}

/** The role’s permissions as policies, each small enough to be a managed one. */
export function policiesOf(role: AccountRole, place: RolePlace): readonly NamedPolicy[] {
  const statements = [...statementsOf(permissionsOf(role).map((one) => inPlace(one, place))), ...denials(role, place)]
  const parts = packed(statements, MANAGED_POLICY_LIMIT)
  const policies = parts.map((part, index) => ({
    name: parts.length === 1 ? role : `${role}${index + 1}`,
    document: documentOf(part),
  }))
  const { logs, account, partition } = place
  return role === READER && logs?.account === account ? [...policies, logPolicy(logs, partition)] : policies
}

/** What lets the reading role of the logs’ account ask them. */
export const logPolicy = (logs: LogPlace, partition: string): NamedPolicy => ({
  name: LOG_POLICY,
  document: documentOf(statementsOf(logGrants(logs, partition))),
})

const LOG_POLICY = 'CordonLogs'

/** IAM is global, and the trail of what is global is kept in one Region, wherever the account’s are. */
const NOT_REGIONAL = /^(iam|cloudtrail):/

const isGlobal = ({ permissions }: Allowed): boolean => permissions.some((permission) => NOT_REGIONAL.test(permission))

function inPlace(allowed: Allowed, { partition, account, regions }: RolePlace): Allowed {
  const resource = String(fill(allowed.resource, { partition, account }))
  if (isGlobal(allowed)) return { ...allowed, resource }
  const { StringEquals: equals } = allowed.condition ?? {}
  const condition = { ...allowed.condition, StringEquals: { ...equals, 'aws:RequestedRegion': regions } }
  return { ...allowed, resource, condition }
}

/** A role that may change the policies of roles must not reach those of Cordon’s own: it could allow itself anything. */
function denials(role: AccountRole, { partition, account }: RolePlace): readonly Statement[] {
  if (role === READER) return []
  const Resource = Object.keys(accountRoles).map((name) => `arn:${partition}:iam::${account}:role/${name}`)
  return [{ Effect: 'Deny', Action: ['iam:*'], Resource }]
}

const sizeOf = (statements: readonly Statement[]): number => JSON.stringify(documentOf(statements)).length

/**
 * The statements in parts, in their order, each within the limit as a policy; a statement that is alone too large is halved by its
 * actions or resources. Throws a TypeError when one action on one resource is too large.
 */
export function packed(statements: readonly Statement[], limit: number): readonly (readonly Statement[])[] {
  const parts: Statement[][] = []
  for (const statement of statements.flatMap((one) => fitting(one, limit))) {
    const last = parts.at(-1)
    if (last !== undefined && sizeOf([...last, statement]) <= limit) last.push(statement)
    else parts.push([statement])
  }
  return parts
}

function fitting(statement: Statement, limit: number): readonly Statement[] {
  return sizeOf([statement]) <= limit ? [statement] : halves(statement).flatMap((half) => fitting(half, limit))
}

function halves(statement: Statement): readonly Statement[] {
  const { Action, Resource } = statement
  if (Action.length > 1) return cut(Action).map((part) => ({ ...statement, Action: part }))
  if (typeof Resource !== 'string' && Resource.length > 1)
    return cut(Resource).map((part) => ({ ...statement, Resource: part }))
  throw new TypeError(`${Action.join()} on ${String(Resource)} alone is larger than a policy may be`)
}

function cut(all: readonly string[]): readonly (readonly string[])[] {
  const middle = Math.ceil(all.length / 2)
  return [all.slice(0, middle), all.slice(middle)]
}
