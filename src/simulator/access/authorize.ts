import type { RequestContext } from '#simulator/policy/conditions'
import { type PolicyDocument, type PolicyKind, parsePolicy } from '#simulator/policy/document'
import { judgePrincipal, type PrincipalPolicies, type Question, type Verdict } from '#simulator/policy/evaluate'
import type { Role, Session, User } from '#simulator/state/tables'
import { AwsFault, notImplemented } from '#simulator/wire/fault'
import type { ProtocolName } from '#simulator/wire/protocol'
import type { Caller } from './caller.ts'
import { managedPolicy } from './managed-policies.ts'

const MAX_CACHED = 1000
const parsed = new Map<string, PolicyDocument>()

/** Parses a stored document once. */
export function policyOf(text: string, kind: PolicyKind): PolicyDocument {
  const cacheKey = `${kind} ${text}`
  const known = parsed.get(cacheKey)
  if (known) return known
  const document = parsePolicy(text, kind)
  if (parsed.size >= MAX_CACHED) parsed.clear()
  parsed.set(cacheKey, document)
  return document
}

/** All policies that limit a caller. */
export function policiesOf(caller: Caller): PrincipalPolicies {
  const identity = identityPolicies(caller.kind === 'user' ? caller.user : caller.role)
  const text = caller.session?.sessionPolicy
  return text === undefined ? { identity } : { identity, session: policyOf(text, 'identity') }
}

export function identityPolicies(principal: User | Role): readonly PolicyDocument[] {
  const attached = principal.attached.map((arn) => {
    const text = managedPolicy(arn)
    if (text === undefined) throw notImplemented(`the managed policy ${arn}`)
    return text
  })
  return [...Object.values(principal.inline), ...attached].map((text) => policyOf(text, 'identity'))
}

interface Asking {
  readonly caller: Caller
  readonly region: string
  readonly sourceAddress: string
  readonly at: number
}

/** The condition keys of a request, as AWS gives them: token keys only for sessions, the user's name only for users. */
export function contextOf({ caller, region, sourceAddress, at }: Asking): RequestContext {
  const context = new Map([
    ['aws:currenttime', new Date(at).toISOString()],
    ['aws:principalaccount', caller.account],
    ['aws:principalarn', caller.principalArn],
    ['aws:principaltype', caller.kind === 'user' ? 'User' : 'AssumedRole'],
    ['aws:requestedregion', region],
    ['aws:sourceip', sourceAddress],
    ['aws:userid', caller.userId],
  ])
  if (caller.kind === 'user') context.set('aws:username', caller.user.name)
  const { session } = caller
  for (const [key, value] of session ? keysOfSession(session) : []) context.set(key, value)
  const tags = { ...(caller.kind === 'user' ? caller.user.tags : caller.role.tags), ...session?.tags }
  for (const [key, value] of Object.entries(tags)) context.set(`aws:principaltag/${key.toLowerCase()}`, value)
  return context
}

const keysOfSession = ({ issuedAt, sourceIdentity, ofInstance }: Session): readonly (readonly [string, string])[] => [
  ['aws:tokenissuetime', new Date(issuedAt).toISOString()],
  ...(sourceIdentity ? [['aws:sourceidentity', sourceIdentity] as const] : []),
  ...(ofInstance ? [['ec2:sourceinstancearn', ofInstance.arn] as const] : []),
]

/** Answers one question; throws AwsFault `AccessDenied` (by the protocol's own name) unless it is allowed. */
export function requireAllowed(caller: Caller, question: Question, protocol: ProtocolName): void {
  const verdict = isForbiddenToUserSessions(caller, question.action)
    ? 'implicit-deny'
    : judgePrincipal(policiesOf(caller), question)
  if (verdict !== 'allow') throw accessDenied({ caller, question, verdict, protocol })
}

/** Tokens of GetSessionToken reach no IAM operation and, of STS, only two. */
function isForbiddenToUserSessions(caller: Caller, action: string): boolean {
  if (caller.kind !== 'user' || !caller.session) return false
  return action.startsWith('iam:') || (action.startsWith('sts:') && action !== 'sts:AssumeRole')
}

const DENIED: Readonly<Record<ProtocolName, readonly [code: string, status: number]>> = {
  awsQuery: ['AccessDenied', 403],
  ec2Query: ['UnauthorizedOperation', 403],
  awsJson1_0: ['AccessDeniedException', 400],
  awsJson1_1: ['AccessDeniedException', 400],
  restJson1: ['AccessDeniedException', 403],
  restXml: ['AccessDenied', 403],
}

export function accessDenied(denied: {
  readonly caller: Caller
  readonly question: Question
  readonly verdict: Exclude<Verdict, 'allow'>
  readonly protocol: ProtocolName
}): AwsFault {
  const { action, resource } = denied.question
  const [code, status] = DENIED[denied.protocol]
  const reason =
    denied.verdict === 'explicit-deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no ${denied.caller.session?.sessionPolicy ? 'session' : 'identity-based'} policy allows the ${action} action`
  return new AwsFault(
    code,
    `User: ${denied.caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    { status },
  )
}
