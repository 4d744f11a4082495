import { holds, type RequestContext } from './conditions.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { matchesAction, matchesPattern } from './pattern.ts'

export type Verdict = 'allow' | 'explicit-deny' | 'implicit-deny'

/** One question to a set of policies. */
export interface Question {
  readonly action: string
  readonly resource: string
  readonly context: RequestContext
}

const applies = (statement: Statement, { action, resource, context }: Question): boolean =>
  statement.actions.some((pattern) => matchesAction(pattern, action)) &&
  statement.resources.some((pattern) => matchesPattern(pattern, resource)) &&
  statement.conditions.every((condition) => holds(condition, context))

/** What a set of policies of one kind says: a matching deny beats every allow, silence denies. */
export function judge(
  policies: readonly PolicyDocument[],
  question: Question,
  isFor: (statement: Statement) => boolean = () => true,
): Verdict {
  const matching = policies
    .flatMap(({ statements }) => statements)
    .filter((statement) => isFor(statement) && applies(statement, question))
  if (matching.some(({ effect }) => effect === 'Deny')) return 'explicit-deny'
  return matching.length > 0 ? 'allow' : 'implicit-deny'
}

/** The policies that limit a principal: all of its own, and the one its session was opened with. */
export interface PrincipalPolicies {
  readonly identity: readonly PolicyDocument[]
  readonly session?: PolicyDocument
}

/** What a principal may do by its own policies; a session policy can only take away. */
export function judgePrincipal(policies: PrincipalPolicies, question: Question): Verdict {
  const byIdentity = judge(policies.identity, question)
  if (!policies.session || byIdentity === 'explicit-deny') return byIdentity
  const bySession = judge([policies.session], question)
  if (bySession === 'explicit-deny') return bySession
  return bySession === 'allow' ? byIdentity : 'implicit-deny'
}
