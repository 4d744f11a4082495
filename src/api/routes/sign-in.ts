import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf, SESSION_COOKIE } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, problems, Time } from '#api/schemas/parts'
import type { Person } from '#domain/votes'
import { refusal } from '#store/refusal'
import { endSession, openSession, signInOf } from '#store/sessions'

/** How long a browser stays signed in. */
const SESSION_MS = 12 * 3_600_000

const Token = Type.Object({ token: Type.String({ minLength: 1, maxLength: 512 }) }, { additionalProperties: false })

const Me = Type.Object({
  person: Type.Object({
    id: Type.String(),
    name: Type.String(),
    roles: Type.Array(Type.String()),
    groups: Type.Array(Type.String()),
  }),
  expiresAt: Time,
})

/** A token becomes a cookie that scripts cannot read and other sites cannot use. */
export const signInRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db, publicUrl }) => {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: publicUrl.startsWith('https:') } as const

  const begin = {
    summary: 'Sign in with a token; sets the session cookie',
    body: Token,
    security: [],
    response: { 200: answers(Me), ...problems },
  }
  app.post('/api/sign-in', { schema: begin }, async (request, reply) => {
    const signIn = await signInOf(db, request.body.token)
    if (signIn === null) throw refusal('not_authenticated', 'This token is not valid, or no longer')
    const session = await openSession(db, signIn, SESSION_MS)
    void reply.setCookie(SESSION_COOKIE, session.token, { ...cookie, expires: session.expiresAt })
    return me(signIn.person, session.expiresAt)
  })

  app.delete('/api/sign-in', { schema: { summary: 'Sign out', security: [] } }, async (request, reply) => {
    const token = request.cookies[SESSION_COOKIE]
    if (token !== undefined) await endSession(db, token)
    return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send()
  })

  app.get(
    '/api/me',
    { schema: { summary: 'Who you are', response: { 200: answers(Me), ...problems } } },
    async (request) => {
      const { person, expiresAt } = callerOf(request)
      return me(person, expiresAt)
    },
  )
}

const me = ({ id, name, roles, groups }: Person, expiresAt: Date) => ({
  person: { id, name, roles, groups },
  expiresAt: expiresAt.toISOString(),
})
