import { type RoleTemplate, roleTemplates } from '#domain/roles/role-templates'
import { callerPolicy, type HubIdentities } from '#domain/roles/role-trust'
import type { Wanted } from './wanted.ts'

/** Every account’s roles with exact ARNs, and what the hub’s identities need. */
export function rolesDocument({ partition, hub, accounts, logs }: Wanted) {
  const all = accounts.map(({ id }) => id)
  return {
    accounts: accounts.map(({ id, regions, externalId }) => ({
      id,
      roles: roleTemplates({ place: { partition, account: id, regions, logs }, hub, externalId }),
    })),
    hub: identitiesOf(hub).map(([identity, principal]) => ({
      identity,
      principal,
      policy: { name: callerName[identity], document: callerPolicy(identity, { partition, accounts: all }) },
    })),
  }
}

/** The identities that are named, with their ARNs. */
export const identitiesOf = (hub: HubIdentities): readonly (readonly [keyof HubIdentities, string])[] =>
  (['gate', 'executor', 'intake'] as const).flatMap((identity) => {
    const principal = hub[identity]
    return principal === undefined ? [] : [[identity, principal] as const]
  })

/** What the policies of the hub’s identities are called. */
export const callerName = { gate: 'CordonGate', executor: 'CordonExecutor', intake: 'CordonIntake' } as const

export interface Expressions {
  readonly partition: string
  readonly account: string
  readonly regions: readonly string[]
  readonly externalId: string
}

/** The roles of any of the accounts, with a template’s own expressions in place of what differs between them. */
export const rolesWith = (
  { hub }: Wanted,
  { partition, account, regions, externalId }: Expressions,
): readonly RoleTemplate[] => roleTemplates({ place: { partition, account, regions }, hub, externalId })
