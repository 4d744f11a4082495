import type { Role } from '#domain/votes'

const readers = ['viewer', 'responder', 'approver', 'runbook-author', 'policy-admin', 'auditor', 'operator'] as const
const responders = ['responder', 'approver'] as const
const breakers = ['responder', 'approver', 'operator'] as const

/** Who may call what. A route of `/api` that is not here is refused to everybody. */
export const permissions: Readonly<Record<string, readonly Role[] | 'open'>> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': 'open',
  'GET /api/openapi.json': 'open',
  'POST /api/sign-in': 'open',
  'DELETE /api/sign-in': 'open',

  'GET /api/me': [...readers, 'machine'],
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
  'GET /api/freeze': readers,
  'POST /api/freeze': breakers,
  'DELETE /api/freeze': breakers,
  'GET /api/drills': readers,
  'GET /api/drills/:id': readers,
  'POST /api/drills': breakers,
  'GET /api/doctor': ['responder', 'operator'],
  'GET /api/stream': readers,
}

/** The roles that may call the route, `open` for everybody, or nobody. */
export function rolesFor(method: string, url: string): readonly Role[] | 'open' {
  return permissions[`${method === 'HEAD' ? 'GET' : method} ${url}`] ?? (url.startsWith('/api') ? [] : 'open')
}
