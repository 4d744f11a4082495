import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { Closing, IncidentDetail, Reopening } from '#api/schemas/incident'
import { answers, IncidentParams, problems } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { incidentDetail } from '#store/incidents/incident-detail'
import { closeIncident, reopenIncident } from '#store/incidents/incident-verbs'

/** Where an episode ends and the next one begins. */
export const episodeRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (
  app,
  { db, waker },
) => {
  const about = { config: { about: 'incident' as const } }
  const params = IncidentParams
  const detail = { 200: answers(IncidentDetail), ...problems }

  const close = {
    summary: 'Close it, with a closure code and what was learned',
    params,
    body: Closing,
    response: detail,
  }
  app.post('/api/incidents/:id/close', { ...about, schema: close }, async (request) => {
    const { id } = request.params
    const { code, lessons = null } = request.body
    waker.wake(await closeIncident(db, { incident: id, person: callerOf(request).person, code, lessons }))
    return incidentDetail(db, id)
  })

  const reopen = { summary: 'Begin its next episode', params, body: Reopening, response: detail }
  app.post('/api/incidents/:id/reopen', { ...about, schema: reopen }, async (request) => {
    const { id } = request.params
    waker.wake(
      await reopenIncident(db, {
        incident: id,
        person: callerOf(request).person,
        reason: request.body?.reason ?? null,
      }),
    )
    return incidentDetail(db, id)
  })
}
