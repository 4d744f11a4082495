import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts'
import { accessDenied, policiesOf, policyOf } from '#simulator/access/authorize'
import { roleArn } from '#simulator/identifiers'
import { parsePolicy } from '#simulator/policy/document'
import { judge, judgePrincipal, type Question, type Verdict } from '#simulator/policy/evaluate'
import { judgeTrust } from '#simulator/policy/trust'
import { fault } from '#simulator/services/absent'
import type { Call } from '#simulator/services/service'
import { tagsOf } from '#simulator/services/tags'
import type { Role, Session } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { credentialsShape, openSession } from './sessions.ts'

const LEAST_SECONDS = 900
const DEFAULT_SECONDS = 3600
const CHAINED_MOST_SECONDS = 3600
const SESSION_POLICY_LIMIT = 2048
/** What AWS packs policy and tags into has no published size; this share is near what is seen. */
const PACKED_LIMIT = 4096

/** The account and name in a role's ARN. */
export function parseRoleArn(arn: string): { readonly account: string; readonly name: string } | undefined {
  const [, account, name] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn) ?? []
  return account !== undefined && name !== undefined ? { account, name } : undefined
}

export function assumeRole(input: AssumeRoleRequest, call: Call): AssumeRoleResponse {
  const { RoleSessionName: sessionName = '' } = input
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw fault(
      'ValidationError',
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    )
  }
  if (input.PolicyArns && input.PolicyArns.length > 0) throw notImplemented('managed policies as session policies')
  const role = authorizedRole(input, call)
  const session = openSession(call, {
    ...sessionOf(input, call),
    ...roleOf(role, sessionName),
    seconds: durationOf(input, role, call),
  })
  return {
    Credentials: credentialsShape(session),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
    },
    PackedPolicySize: input.Policy || input.Tags ? packedPercent(input) : undefined,
    SourceIdentity: session.sourceIdentity,
  }
}

const roleOf = (role: Role, sessionName: string): Pick<Session, 'account' | 'principal'> => ({
  account: role.account,
  principal: { kind: 'role', role: role.name, roleId: role.id, sessionName },
})

type Carried = 'tags' | 'transitiveTagKeys' | 'sessionPolicy' | 'sourceIdentity'

/** What the session carries besides its role: its own policy and tags, and what it inherits along a chain. */
function sessionOf(input: AssumeRoleRequest, call: Call): Pick<Session, Carried> {
  const { session: parent } = call.caller
  const policy = sessionPolicyOf(input)
  const sourceIdentity = parent?.sourceIdentity ?? input.SourceIdentity
  return {
    tags: { ...inheritedTags(call), ...tagsOf(input.Tags) },
    transitiveTagKeys: [...(parent?.transitiveTagKeys ?? []), ...(input.TransitiveTagKeys ?? [])],
    ...(policy === undefined ? {} : { sessionPolicy: policy }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}

function inheritedTags(call: Call): Readonly<Record<string, string>> {
  const { session } = call.caller
  return Object.fromEntries(
    Object.entries(session?.tags ?? {}).filter(([key]) => session?.transitiveTagKeys.includes(key)),
  )
}

function authorizedRole(input: AssumeRoleRequest, call: Call): Role {
  const arn = input.RoleArn ?? ''
  const parsed = parseRoleArn(arn)
  if (!parsed) throw fault('ValidationError', `${arn} is invalid`)
  const role = call.state.get('role', `${parsed.account}/${parsed.name}`)
  for (const action of neededActions(input, call)) {
    const question = { action, resource: arn, context: contextOf(input, call) }
    const verdict = role && roleArn(role) === arn ? verdictOn(role, question, call) : 'implicit-deny'
    if (verdict !== 'allow') throw accessDenied({ caller: call.caller, question, verdict, protocol: call.protocol })
  }
  refuseOtherIdentity(input, call)
  if (!role) throw fault('AccessDenied', `Not authorized to perform sts:AssumeRole on ${arn}`, 403)
  return role
}

function refuseOtherIdentity({ SourceIdentity: wanted }: AssumeRoleRequest, { caller }: Call): void {
  const carried = caller.session?.sourceIdentity
  if (carried !== undefined && wanted !== undefined && wanted !== carried)
    throw fault('AccessDenied', 'SourceIdentity cannot be changed once it is set in a session.', 403)
}

function neededActions(input: AssumeRoleRequest, { caller }: Call): readonly string[] {
  const actions = ['sts:AssumeRole']
  if (input.SourceIdentity !== undefined || caller.session?.sourceIdentity !== undefined)
    actions.push('sts:SetSourceIdentity')
  if (input.Tags && input.Tags.length > 0) actions.push('sts:TagSession')
  return actions
}

function contextOf(input: AssumeRoleRequest, call: Call): Question['context'] {
  const context = new Map(call.context)
  const sourceIdentity = input.SourceIdentity ?? call.caller.session?.sourceIdentity
  if (sourceIdentity !== undefined) context.set('sts:sourceidentity', sourceIdentity)
  if (input.ExternalId !== undefined) context.set('sts:externalid', input.ExternalId)
  context.set('sts:rolesessionname', input.RoleSessionName ?? '')
  for (const { Key = '', Value = '' } of input.Tags ?? []) context.set(`aws:requesttag/${Key.toLowerCase()}`, Value)
  return context
}

/** Trust and the caller's own policies together: both must agree, but inside one account a trust that names the caller is enough. */
function verdictOn(role: Role, question: Question, { caller }: Call): Verdict {
  const trust = judgeTrust(policyOf(role.trust, 'trust'), question, {
    principalArn: caller.principalArn,
    callerArn: caller.arn,
    account: caller.account,
  })
  if (trust === 'explicit-deny' || trust === 'implicit-deny') return trust
  const policies = policiesOf(caller)
  const own = judgePrincipal(policies, question)
  if (own !== 'implicit-deny') return own
  const isNamedAtHome = trust === 'names-principal' && caller.account === role.account
  const allowedBySession = policies.session === undefined || judge([policies.session], question) === 'allow'
  return isNamedAtHome && allowedBySession ? 'allow' : 'implicit-deny'
}

function durationOf(input: AssumeRoleRequest, role: Role, { caller }: Call): number {
  const seconds = input.DurationSeconds ?? Math.min(DEFAULT_SECONDS, role.maxSessionSeconds)
  if (seconds < LEAST_SECONDS) {
    throw fault(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to ${LEAST_SECONDS}`,
    )
  }
  if (caller.kind === 'role' && seconds > CHAINED_MOST_SECONDS) {
    throw fault(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  }
  if (seconds > role.maxSessionSeconds) {
    throw fault('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  return seconds
}

function sessionPolicyOf({ Policy: policy, Tags }: AssumeRoleRequest): string | undefined {
  if (policy !== undefined) {
    if (policy.length > SESSION_POLICY_LIMIT) {
      throw fault(
        'ValidationError',
        `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${SESSION_POLICY_LIMIT}`,
      )
    }
    parsePolicy(policy, 'identity')
  }
  const percent = packedPercent({ Policy: policy, Tags, RoleArn: undefined, RoleSessionName: undefined })
  if (percent > 100)
    throw fault(
      'PackedPolicyTooLarge',
      `Packed size of session tags and policy consumes ${percent}% of allotted space.`,
    )
  return policy
}

function packedPercent({ Policy: policy = '', Tags: tags = [] }: AssumeRoleRequest): number {
  const tagSize = tags.reduce((sum, { Key = '', Value = '' }) => sum + Key.length + Value.length, 0)
  return Math.ceil(((policy.replace(/\s/g, '').length + tagSize) * 100) / PACKED_LIMIT)
}
