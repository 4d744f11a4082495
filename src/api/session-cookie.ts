import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'
import { type Means, openSession, type SignIn } from '#store/people/sessions'
import { SESSION_COOKIE } from './authentication.ts'

/** How long a browser stays signed in. */
const SESSION_MS = 12 * 3_600_000

/** Scripts cannot read it, and requests from other sites come without it. */
export const cookieTerms = (publicUrl: string) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: publicUrl.startsWith('https:') }) as const

export interface Beginning {
  readonly person: Person
  readonly means: Means
  readonly from?: SignIn
}

/** Opens a sign-in of its own for the browser and ends the one that it had. */
export async function beginSession(
  { db, publicUrl }: { readonly db: Database; readonly publicUrl: string },
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { person, means, from }: Beginning,
) {
  const session = await openSession(db, {
    person,
    means,
    address: request.ip,
    ms: SESSION_MS,
    ...(from === undefined ? {} : { until: from.expiresAt }),
    instead: request.cookies[SESSION_COOKIE],
  })
  void reply.setCookie(SESSION_COOKIE, session.token, { ...cookieTerms(publicUrl), expires: session.expiresAt })
  return meView(person, session.expiresAt)
}

export const meView = ({ id, name, roles, groups }: Person, expiresAt: Date) => ({
  person: { id, name, roles, groups },
  expiresAt: expiresAt.toISOString(),
})
