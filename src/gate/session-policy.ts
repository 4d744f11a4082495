import type { DeclaredCall } from '#domain/state'

/** Source: STS AssumeRole, Policy; the packed limit counts tags too, so tags stay few and short. */
export const SESSION_POLICY_LIMIT = 2048

export type SessionPolicy =
  | { readonly kind: 'policy'; readonly document: string }
  | { readonly kind: 'too-large'; readonly length: number }

/** The policy that allows exactly the permissions of these calls on their resources. */
export function sessionPolicy(calls: readonly DeclaredCall[]): SessionPolicy {
  const byResource = new Map<string, Set<string>>()
  for (const { resource, permissions } of calls) {
    const allowed = byResource.get(resource) ?? new Set()
    for (const permission of permissions) allowed.add(permission)
    byResource.set(resource, allowed)
  }
  const Statement = [...byResource].map(([Resource, actions]) => ({ Effect: 'Allow', Action: [...actions], Resource }))
  const document = JSON.stringify({ Version: '2012-10-17', Statement })
  return document.length <= SESSION_POLICY_LIMIT
    ? { kind: 'policy', document }
    : { kind: 'too-large', length: document.length }
}
