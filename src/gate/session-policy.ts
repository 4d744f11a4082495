import type { DeclaredCall, Grant } from '#domain/state'

/** Source: STS AssumeRole, Policy; the packed limit counts tags too, so tags stay few and short. */
export const SESSION_POLICY_LIMIT = 2048

export type SessionPolicy =
  | { readonly kind: 'policy'; readonly document: string }
  | { readonly kind: 'too-large'; readonly length: number }

/** The policy that allows exactly the permissions of these calls on their resources. */
export function sessionPolicy(calls: readonly DeclaredCall[]): SessionPolicy {
  const grants = calls.flatMap((call) => [call, ...(call.grants ?? [])])
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statementsOf(grants) })
  return document.length <= SESSION_POLICY_LIMIT
    ? { kind: 'policy', document }
    : { kind: 'too-large', length: document.length }
}

/** One statement for all resources that are allowed the same under the same condition. */
function statementsOf(grants: readonly Grant[]) {
  const byResource = grouped(
    grants.map(({ resource, condition = {}, permissions }) => ({
      key: JSON.stringify([resource, condition]),
      of: { resource, condition },
      more: permissions,
    })),
  )
  const byActions = grouped(
    byResource.map(({ of: { resource, condition }, all }) => ({
      key: JSON.stringify([all, condition]),
      of: { condition, actions: all },
      more: [resource],
    })),
  )
  return byActions.map(({ of: { condition, actions }, all: resources }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources.length === 1 ? resources[0] : resources,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  }))
}

interface Keyed<Of> {
  readonly key: string
  readonly of: Of
  readonly more: readonly string[]
}

/** What has the same key once, with everything more of it, each once, in the order in which it came. */
function grouped<Of>(keyed: readonly Keyed<Of>[]) {
  const groups = new Map<string, { readonly of: Of; readonly all: Set<string> }>()
  for (const { key, of, more } of keyed) {
    const group = groups.get(key) ?? { of, all: new Set<string>() }
    for (const one of more) group.all.add(one)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ of, all }) => ({ of, all: [...all] }))
}
