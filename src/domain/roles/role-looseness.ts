import { globMatches } from '#domain/policy'
import { type AccountRole, READER } from './account-roles.ts'
import { conditionsOf, listOf, type ReadStatement, readStatements } from './role-document.ts'

/** Whom a role’s trust may let in, and by what. */
export interface Expected {
  /** The account of the hub. */
  readonly hub: string
  /** The executor’s ARN, which may open no writing role. */
  readonly executor: string
  /** Null behind an emulator that asks for nothing. */
  readonly externalId: string | null
}

const OPENING = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity']

/** By whom and how the role can be opened beyond what it must, by its trust policy (JSON), a phrase each. */
export function loosenessOf(role: AccountRole, trust: string, expected: Expected): readonly string[] {
  const statements = readStatements(trust)
  if (statements === null) return ['by whom its trust says, which is no policy']
  const opening = statements.filter((statement) => statement.Effect === 'Allow' && opens(statement))
  return [...new Set(opening.flatMap((statement) => phrasesOf(role, statement, expected)))]
}

const opens = ({ Action, NotAction }: ReadStatement): boolean =>
  NotAction !== undefined ||
  listOf(Action).some((pattern) =>
    OPENING.some((action) => globMatches(String(pattern).toLowerCase(), action.toLowerCase())),
  )

function phrasesOf(role: AccountRole, statement: ReadStatement, expected: Expected): readonly string[] {
  const required = conditionsOf(statement).filter(
    ({ operator }) => operator === 'StringEquals' || operator === 'StringLike',
  )
  const { externalId } = expected
  const ids = required.find(({ operator, key }) => operator === 'StringEquals' && key === 'sts:externalid')?.values
  const isNamed = required.some(({ key }) => key === 'sts:sourceidentity')
  return [
    ...strangersIn(role, statement, expected),
    ...(externalId !== null && ids === undefined ? ['without the account’s ExternalId'] : []),
    ...(externalId !== null && ids?.some((id) => id !== externalId) === true ? ['with another ExternalId'] : []),
    ...(role === READER || isNamed ? [] : ['without a SourceIdentity']),
  ]
}

function strangersIn(
  role: AccountRole,
  { Principal, NotPrincipal }: ReadStatement,
  { hub, executor }: Expected,
): readonly string[] {
  if (NotPrincipal !== undefined) return ['by everybody but somebody']
  const byKind = typeof Principal === 'object' && Principal !== null ? Principal : { AWS: Principal }
  return Object.entries(byKind).flatMap(([kind, named]) =>
    listOf(named)
      .map(String)
      .filter((one) => kind !== 'AWS' || accountOf(one) !== hub || (role !== READER && one === executor))
      .map((one) => (one === '*' ? 'by everybody' : `by ${one}`)),
  )
}

const accountOf = (principal: string): string | undefined =>
  /^\d{12}$/.test(principal) ? principal : principal.split(':')[4]
