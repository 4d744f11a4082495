import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { episodeRoutes } from '#api/routes/incident-episodes'
import { requestRoutes } from '#api/routes/plan-requests'
import { CommentAnswer, IncidentDetail, NewComment } from '#api/schemas/incident'
import { answers, IncidentParams, problems } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { addComment } from '#store/comments'
import { incidentDetail } from '#store/incident-detail'
import { acknowledge } from '#store/incident-verbs'

/** A responder’s verbs. */
export const incidentVerbRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, waker } = deps
  const about = { config: { about: 'incident' as const } }
  const params = IncidentParams
  const detail = { 200: answers(IncidentDetail), ...problems }

  app.post(
    '/api/incidents/:id/acknowledge',
    { ...about, schema: { summary: 'Say that you look after it', params, response: detail } },
    async (request) => {
      const { id } = request.params
      waker.wake(await acknowledge(db, { incident: id, person: callerOf(request).person }))
      return incidentDetail(db, id)
    },
  )

  const comment = {
    summary: 'Add a comment',
    params,
    body: NewComment,
    response: { 201: answers(CommentAnswer), ...problems },
  }
  app.post('/api/incidents/:id/comments', { ...about, schema: comment }, async (request, reply) => {
    const added = await addComment(db, {
      incident: request.params.id,
      person: callerOf(request).person,
      text: request.body.text,
    })
    return reply.code(201).send({ id: added.id, person: added.person, text: added.text, at: added.at.toISOString() })
  })

  await app.register(episodeRoutes, deps)
  await app.register(requestRoutes, deps)
}
