import { globMatches } from '#domain/policy'
import type { Statement } from '#domain/policy-statements'
import { type AccountRole, READER } from './account-roles.ts'
import { conditionsOf, listOf, type ReadStatement, readStatements } from './role-document.ts'
import { policiesOf, type RolePlace } from './role-policies.ts'

/**
 * What the role’s policies (JSON) allow beyond what is declared for it, a phrase each. What cannot be compared counts as more: a wildcard
 * in an action, everything but something, a resource that the declared pattern does not cover.
 */
export function excessOf(role: AccountRole, documents: readonly string[], place: RolePlace): readonly string[] {
  const declared = policiesOf(role, place).flatMap(({ document }) => document.Statement)
  const statements = documents.map(readStatements)
  const read = statements.flatMap((found) => found ?? [])
  return [
    ...statements.filter((found) => found === null).map(() => 'what a policy says that cannot be read'),
    ...new Set(read.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) => beyond(statement, declared))),
    ...selfChange(role, read, declared),
  ]
}

function beyond(statement: ReadStatement, declared: readonly Statement[]): readonly string[] {
  if (statement.NotAction !== undefined) return [`everything but ${listOf(statement.NotAction).join(', ')}`]
  if (statement.NotResource !== undefined)
    return [`${listOf(statement.Action).join(', ')} on everything but ${listOf(statement.NotResource).join(', ')}`]
  return listOf(statement.Action).flatMap((action) =>
    listOf(statement.Resource)
      .filter((resource) => !declared.some((one) => covers(one, { action, resource, statement })))
      .map((resource) => `${String(action)} on ${String(resource)}`),
  )
}

interface Permitted {
  readonly action: unknown
  readonly resource: unknown
  readonly statement: ReadStatement
}

function covers(declared: Statement, { action, resource, statement }: Permitted): boolean {
  if (declared.Effect !== 'Allow') return false
  const named = String(action).toLowerCase()
  if (!declared.Action.some((one) => one.toLowerCase() === named)) return false
  if (!listOf(declared.Resource).some((pattern) => globMatches(String(pattern), String(resource)))) return false
  const present = conditionsOf(statement)
  return conditionsOf(declared).every(({ operator, key, values }) =>
    present.some(
      (one) => one.operator === operator && one.key === key && one.values.every((value) => values.includes(value)),
    ),
  )
}

/** The denial that keeps a role which may write from the policies of Cordon’s own roles. */
function selfChange(
  role: AccountRole,
  read: readonly ReadStatement[],
  declared: readonly Statement[],
): readonly string[] {
  if (role === READER) return []
  const denials = declared.filter(({ Effect }) => Effect === 'Deny').flatMap(({ Resource }) => listOf(Resource))
  const denied = read
    .filter(
      ({ Effect, Action, Condition }) =>
        Effect === 'Deny' && Condition === undefined && listOf(Action).some((one) => one === 'iam:*' || one === '*'),
    )
    .flatMap(({ Resource }) => listOf(Resource).map(String))
  return denials.every((resource) => denied.some((pattern) => globMatches(pattern, String(resource))))
    ? []
    : ['changes of Cordon’s own roles: the denial is missing']
}
