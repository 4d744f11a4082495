import type { Grant } from './state.ts'

export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A statement of an identity policy, as IAM writes it. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: PolicyCondition
}

export interface PolicyDocument<S = Statement> {
  readonly Version: '2012-10-17'
  readonly Statement: readonly S[]
}

export const documentOf = <S>(statements: readonly S[]): PolicyDocument<S> => ({
  Version: '2012-10-17',
  Statement: statements,
})

/** What may be done with a resource; a condition may hold several values. */
export interface Allowed extends Pick<Grant, 'permissions' | 'resource'> {
  readonly condition?: PolicyCondition
}

/** One statement for all resources that are allowed the same under the same condition. */
export function statementsOf(grants: readonly Allowed[]): readonly Statement[] {
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
    Effect: 'Allow' as const,
    Action: actions,
    Resource: resources[0] !== undefined && resources.length === 1 ? resources[0] : resources,
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
