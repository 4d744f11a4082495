import type { PolicyDocument } from '#domain/policy-statements'
import { type AccountRole, accountRoles } from './account-roles.ts'
import { type NamedPolicy, policiesOf, type RolePlace } from './role-policies.ts'
import { type HubIdentities, roleNames, type TrustStatement, trustOf } from './role-trust.ts'

/** The least that IAM takes; the gate and the executor ask for a quarter of it. Source: IAM CreateRole, MaxSessionDuration. */
const MAX_SESSION_SECONDS = 3600

/** A role as somebody makes it in an account. */
export interface RoleTemplate {
  readonly name: AccountRole
  readonly description: string
  readonly maxSessionSeconds: number
  readonly trust: PolicyDocument<TrustStatement>
  /** Managed policies; each is within IAM’s limit. */
  readonly policies: readonly NamedPolicy[]
}

export interface TemplatePlace {
  readonly place: RolePlace
  readonly hub: HubIdentities
  readonly externalId: string
}

/** Every role of an account. */
export const roleTemplates = ({ place, hub, externalId }: TemplatePlace): readonly RoleTemplate[] =>
  roleNames.map((name) => ({
    name,
    description: `Cordon: ${accountRoles[name].toLowerCase().replaceAll(';', ',')}`,
    maxSessionSeconds: MAX_SESSION_SECONDS,
    trust: trustOf(name, { hub, externalId }),
    policies: policiesOf(name, place),
  }))
