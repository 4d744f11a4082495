import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { MadeToken, NewToken, TokenList } from '#api/schemas/access'
import { answers, problems } from '#api/schemas/parts'
import { createToken, listTokens, revokeToken, type StoredToken } from '#store/people/api-tokens'
import { ownerFor } from './sessions.ts'

const DAY_MS = 86_400_000

/** API tokens, which never decide anything. */
export const tokenRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const list = {
    summary: 'API tokens: one’s own, everybody’s for operators',
    response: { 200: answers(TokenList), ...problems },
  }
  app.get('/api/tokens', { schema: list }, async (request) => ({
    tokens: (await listTokens(db, ownerFor(request))).map(tokenView),
  }))

  const create = {
    summary: 'Make an API token; it is shown once',
    description: 'It may do what its person may, within its scopes, and never decides anything.',
    body: NewToken,
    response: {
      201: answers(MadeToken),
      ...problems,
    },
  }
  app.post('/api/tokens', { schema: create }, async (request, reply) => {
    const { days, ...wish } = request.body
    const { token, stored } = await createToken(db, callerOf(request).person, { ...wish, ms: days * DAY_MS })
    return reply.code(201).send({ token, ...tokenView(stored) })
  })

  const revoke = {
    summary: 'Revoke an API token',
    params: Type.Object({ id: Type.String() }),
    response: { 204: Type.Null(), ...problems },
  }
  app.delete('/api/tokens/:id', { schema: revoke }, async (request, reply) => {
    const owner = ownerFor(request)
    const by = { person: callerOf(request).person, ...(owner === undefined ? {} : { owner }) }
    await revokeToken(db, request.params.id, by)
    return reply.code(204).send(null)
  })
}

const tokenView = (token: StoredToken) => ({
  id: token.id,
  name: token.name,
  person: token.person,
  scopes: token.scopes,
  sources: token.sources,
  createdAt: token.created_at.toISOString(),
  expiresAt: token.expires_at.toISOString(),
  lastUsedAt: token.last_used_at?.toISOString() ?? null,
})
