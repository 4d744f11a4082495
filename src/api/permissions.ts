import type { TokenScope } from '#domain/api-token'
import { type Role, roles } from '#domain/votes'

const readers = ['viewer', 'responder', 'approver', 'runbook-author', 'policy-admin', 'auditor', 'operator'] as const
const responders = ['responder', 'approver'] as const
const keepers = ['operator', 'policy-admin'] as const
const breakers = ['responder', 'approver', 'operator'] as const

/** Who may call what. A route of `/api` that is not here is refused to everybody. */
export const permissions: Readonly<Record<string, readonly Role[] | 'open'>> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': 'open',
  'GET /api/openapi.json': 'open',
  'GET /api/sign-in': 'open',
  'GET /api/sign-in/oidc': 'open',
  'GET /api/sign-in/oidc/callback': 'open',
  'POST /api/sign-in': 'open',
  'POST /api/sign-in/set-up': 'open',
  'DELETE /api/sign-in': 'open',

  'GET /api/me': roles,
  'GET /api/sessions': roles,
  'DELETE /api/sessions/:id': roles,
  'GET /api/tokens': roles,
  'POST /api/tokens': roles,
  'DELETE /api/tokens/:id': roles,
  'GET /api/passkeys': readers,
  'POST /api/passkeys/options': readers,
  'POST /api/passkeys': readers,
  'DELETE /api/passkeys/:id': readers,
  'GET /api/people': readers,
  'POST /api/people': keepers,
  'POST /api/people/:person': keepers,
  'POST /api/people/:person/disable': keepers,
  'POST /api/people/:person/reset': keepers,
  'GET /api/people/changes': readers,
  'POST /api/people/changes/:change/confirm': keepers,
  'DELETE /api/people/changes/:change': keepers,
  'POST /api/findings': ['machine', 'responder', 'operator'],
  'GET /api/findings': readers,
  'GET /api/findings/:id': readers,
  'GET /api/incidents': readers,
  'GET /api/incidents/:id': readers,
  'GET /api/incidents/:id/timeline': readers,
  'GET /api/incidents/:id/findings': readers,
  'GET /api/incidents/:id/plans': readers,
  'GET /api/incidents/:id/evidence': readers,
  'POST /api/incidents/:id/acknowledge': responders,
  'POST /api/incidents/:id/comments': responders,
  'POST /api/incidents/:id/plans': responders,
  'POST /api/incidents/:id/tasks/:task/settle': responders,
  'GET /api/incidents/:id/requests/:request': readers,
  'POST /api/incidents/:id/close': responders,
  'POST /api/incidents/:id/reopen': responders,
  'GET /api/plans/:hash': readers,
  'POST /api/plans/:hash/votes': ['approver'],
  'POST /api/plans/:hash/votes/challenge': ['approver'],
  'POST /api/plans/:hash/break-glass': ['approver'],
  'POST /api/plans/:hash/break-glass/review': ['approver'],
  'GET /api/freeze': readers,
  'POST /api/freeze': breakers,
  'POST /api/freeze/challenge': breakers,
  'DELETE /api/freeze': breakers,
  'GET /api/delegations': readers,
  'POST /api/delegations': responders,
  'DELETE /api/delegations/:id': responders,
  'GET /api/drills': readers,
  'GET /api/drills/:id': readers,
  'POST /api/drills': breakers,
  'GET /api/policy': readers,
  'GET /api/policy/versions': readers,
  'GET /api/policy/explain': readers,
  'POST /api/policy': ['policy-admin'],
  'GET /api/changes': readers,
  'POST /api/changes': ['policy-admin'],
  'GET /api/changes/:id': readers,
  'POST /api/changes/:id/votes': ['approver'],
  'POST /api/changes/:id/votes/challenge': ['approver'],
  'POST /api/changes/:id/withdraw': readers,
  'GET /api/doctor': ['responder', 'operator'],
  'GET /api/accounts': readers,
  'POST /api/accounts': ['operator'],
  'POST /api/accounts/:id/check': ['operator'],
  'GET /api/stream': readers,
}

/** For what an API token needs to be. What is not here is for people alone: every route that decides, and all about people. */
export const scopes: Readonly<Record<string, TokenScope>> = {
  'GET /api/me': 'read',
  'POST /api/findings': 'findings',
  'GET /api/findings': 'read',
  'GET /api/findings/:id': 'read',
  'GET /api/incidents': 'read',
  'GET /api/incidents/:id': 'read',
  'GET /api/incidents/:id/timeline': 'read',
  'GET /api/incidents/:id/findings': 'read',
  'GET /api/incidents/:id/plans': 'read',
  'GET /api/incidents/:id/evidence': 'read',
  'GET /api/incidents/:id/requests/:request': 'read',
  'POST /api/incidents/:id/acknowledge': 'respond',
  'POST /api/incidents/:id/comments': 'respond',
  'POST /api/incidents/:id/plans': 'respond',
  'GET /api/plans/:hash': 'read',
  'GET /api/freeze': 'read',
  'POST /api/freeze': 'freeze',
  'GET /api/delegations': 'read',
  'GET /api/drills': 'read',
  'GET /api/drills/:id': 'read',
  'POST /api/drills': 'drills',
  'GET /api/policy': 'read',
  'GET /api/policy/versions': 'read',
  'GET /api/policy/explain': 'read',
  'GET /api/changes': 'read',
  'GET /api/changes/:id': 'read',
  'GET /api/accounts': 'read',
  'GET /api/doctor': 'doctor',
  'GET /api/stream': 'read',
}

/** The scope with which an API token may call the route, or null when none may. */
export const scopeFor = (method: string, url: string): TokenScope | null => scopes[keyOf(method, url)] ?? null

const keyOf = (method: string, url: string): string => `${method === 'HEAD' ? 'GET' : method} ${url}`

/** Whether somebody has said who may call the route. */
export const isListed = (method: string, url: string): boolean => keyOf(method, url) in permissions

/** The roles that may call the route, `open` for everybody, or nobody. */
export function rolesFor(method: string, url: string): readonly Role[] | 'open' {
  return permissions[keyOf(method, url)] ?? (url.startsWith('/api') ? [] : 'open')
}
