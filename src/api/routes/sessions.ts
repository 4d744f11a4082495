import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { SessionList } from '#api/schemas/access'
import { answers, problems } from '#api/schemas/parts'
import { endNamedSession, openSessions } from '#store/people/sessions'

/** Open sign-ins: one’s own, and everybody’s for operators. */
export const sessionRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const list = {
    summary: 'Sign-ins that are open',
    response: { 200: answers(SessionList), ...problems },
  }
  app.get('/api/sessions', { schema: list }, async (request) => {
    const { session } = callerOf(request)
    const open = await openSessions(db, ownerFor(request))
    return {
      sessions: open.map((one) => ({
        ...one,
        since: one.since.toISOString(),
        expiresAt: one.expiresAt.toISOString(),
        isThis: one.id === session,
      })),
    }
  })

  const end = {
    summary: 'End a sign-in',
    params: Type.Object({ id: Type.String() }),
    response: { 204: Type.Null(), ...problems },
  }
  app.delete('/api/sessions/:id', { schema: end }, async (request, reply) => {
    await endNamedSession(db, request.params.id, ownerFor(request))
    return reply.code(204).send(null)
  })
}

/** Whose things the caller may see and end: undefined for everybody’s. */
export function ownerFor(request: FastifyRequest): string | undefined {
  const { person } = callerOf(request)
  return person.roles.includes('operator') ? undefined : person.id
}
