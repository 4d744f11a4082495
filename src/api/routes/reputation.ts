import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, problems } from '#api/schemas/parts'
import { ImportedReputation, NewReputation, ReputationLists } from '#api/schemas/reputation'
import { importReputation, reputationLists } from '#store/triage/reputation'

/** The largest list with every sign escaped in JSON, and some room. */
const BODY_LIMIT = 9_000_000

/** Lists of addresses and names that somebody calls bad. */
export const reputationRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const list = {
    summary: 'The newest version of each list of bad addresses and names',
    response: { 200: answers(ReputationLists), ...problems },
  }
  app.get('/api/reputation', { schema: list }, async () => ({ lists: await reputationLists(db) }))

  const bring = {
    summary: 'Bring a version of a list into force',
    description: 'It only ever adds gravity, so it needs nobody’s vote. One wrong line refuses all of it, by name.',
    body: NewReputation,
    response: { 201: answers(ImportedReputation), ...problems },
  }
  app.post('/api/reputation', { schema: bring, bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const { person } = callerOf(request)
    return reply.code(201).send(await importReputation(db, { ...request.body, person }))
  })
}
