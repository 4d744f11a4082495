import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { appealRoutes } from '#api/routes/incident-appeals'
import { episodeRoutes } from '#api/routes/incident-episodes'
import { regroupingRoutes } from '#api/routes/incident-regrouping'
import { requestRoutes } from '#api/routes/plan-requests'
import { CommentAnswer, IncidentDetail, NewComment, NewSettlement } from '#api/schemas/incident'
import { answers, IncidentParams, problems } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { addComment } from '#store/incidents/comments'
import { incidentDetail } from '#store/incidents/incident-detail'
import { acknowledge } from '#store/incidents/incident-verbs'
import { settleTask } from '#store/incidents/tasks'

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
    description: 'Whoever it names by `@` and their id gets a message, which is no page.',
    params,
    body: NewComment,
    response: { 201: answers(CommentAnswer), ...problems },
  }
  app.post('/api/incidents/:id/comments', { ...about, schema: comment }, async (request, reply) => {
    const { comment: added, woken } = await addComment(db, {
      incident: request.params.id,
      person: callerOf(request).person,
      text: request.body.text,
    })
    waker.wake(woken)
    return reply.code(201).send({ id: added.id, person: added.person, text: added.text, at: added.at.toISOString() })
  })

  const settle = {
    summary: 'End a task, and say how',
    description:
      'What a contained principal created or changed is `removed`, `kept` by whoever says so, or shown to be `benign`; any other task is `done`.',
    params: Type.Object({ id: Type.String(), task: Type.String() }),
    body: NewSettlement,
    response: detail,
  }
  app.post('/api/incidents/:id/tasks/:task/settle', { ...about, schema: settle }, async (request) => {
    const { id: incident, task } = request.params
    const { how, reason = null } = request.body
    waker.wake(await settleTask(db, { incident, task, how, reason, person: callerOf(request).person }))
    return incidentDetail(db, incident)
  })

  await app.register(appealRoutes, deps)
  await app.register(episodeRoutes, deps)
  await app.register(requestRoutes, deps)
  await app.register(regroupingRoutes, deps)
}
