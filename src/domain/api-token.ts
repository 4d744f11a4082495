import type { Role } from './votes.ts'

/** What an API token may be for. Nothing that decides is among them: no vote, no lift of a freeze, no closing, nothing about people. */
export const tokenScopes = ['findings', 'read', 'respond', 'freeze', 'drills', 'doctor'] as const
export type TokenScope = (typeof tokenScopes)[number]

/** How every token begins, so that scanners of source code find one that leaked. */
export const TOKEN_PREFIX = 'cordon_pat_'

export const isApiToken = (token: string): boolean => token.startsWith(TOKEN_PREFIX)

/** What sort of sign-in somebody comes with. */
export type SignInKind = 'person' | 'api-token'

/** What is left to an API token of a role with which somebody decides. */
const withoutDeciding: Readonly<Partial<Record<Role, Role>>> = { approver: 'responder', 'policy-admin': 'viewer' }

/** The roles of an API token: those of its person, without the right to decide anything. */
export const rolesOfToken = (roles: readonly Role[]): readonly Role[] => [
  ...new Set(roles.map((role) => withoutDeciding[role] ?? role)),
]
