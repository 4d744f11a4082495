import { type RoleTemplate, roleTemplates } from '#domain/roles/role-templates'
import { callerPolicy } from '#domain/roles/role-trust'
import type { Wanted } from './wanted.ts'

/** Every account’s roles with exact ARNs, and what the hub’s identities need. */
export function rolesDocument({ partition, hub, accounts }: Wanted) {
  const all = accounts.map(({ id }) => id)
  return {
    accounts: accounts.map(({ id, regions, externalId }) => ({
      id,
      roles: roleTemplates({ place: { partition, account: id, regions }, hub, externalId }),
    })),
    hub: identities.map((identity) => ({
      identity,
      principal: hub[identity],
      policy: { name: callerName[identity], document: callerPolicy(identity, { partition, accounts: all }) },
    })),
  }
}

const identities = ['gate', 'executor'] as const

/** What the policies of the hub’s identities are called. */
export const callerName = { gate: 'CordonGate', executor: 'CordonExecutor' } as const

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
