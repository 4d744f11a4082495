import { documentOf, statementsOf } from './policy-statements.ts'
import type { DeclaredCall } from './state.ts'

/** Source: STS AssumeRole, Policy; the packed limit counts tags too, so tags stay few and short. */
export const SESSION_POLICY_LIMIT = 2048

export type SessionPolicy =
  | { readonly kind: 'policy'; readonly document: string }
  | { readonly kind: 'too-large'; readonly length: number }

/** The policy that allows exactly the permissions of these calls on their resources. */
export function sessionPolicy(calls: readonly DeclaredCall[]): SessionPolicy {
  const grants = calls.flatMap((call) => [call, ...(call.grants ?? [])])
  const document = JSON.stringify(documentOf(statementsOf(grants)))
  return document.length <= SESSION_POLICY_LIMIT
    ? { kind: 'policy', document }
    : { kind: 'too-large', length: document.length }
}
