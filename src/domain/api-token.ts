import type { Role } from './votes.ts'

/** What an API token may be for. Nothing that decides is among them: no vote, no lift of a freeze, no closing, nothing about people. */
export const tokenScopes = ['findings', 'read', 'respond', 'freeze', 'drills', 'doctor'] as const
export type TokenScope = (typeof tokenScopes)[number]

/** How every token begins, so that scanners of source code find one that leaked. */
export const TOKEN_PREFIX = 'cordon_pat_'

export const isApiToken = (token: string): boolean => token.startsWith(TOKEN_PREFIX)

/** What sort of sign-in somebody comes with. */
export type SignInKind = 'person' | 'api-token'

/** Roles with which somebody decides. */
const deciding: ReadonlySet<Role> = new Set(['approver', 'policy-admin'])

/** The roles in which an API token acts: those of its person, and none with which somebody decides. */
export const rolesOfToken = (roles: readonly Role[]): readonly Role[] => roles.filter((role) => !deciding.has(role))
