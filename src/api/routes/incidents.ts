import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { IncidentDetail, IncidentList, IncidentQuery, Waiting } from '#api/schemas/incident'
import { answers, IncidentParams, limitOf, problems } from '#api/schemas/parts'
import { incidentDetail } from '#store/incidents/incident-detail'
import { listIncidents } from '#store/incidents/views'
import { waitingForPerson } from '#store/incidents/waiting-for-person'

const PAGE = 50

/** The list of incidents, and one of them. */
export const incidentRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const about = { config: { about: 'incident' as const } }
  const params = IncidentParams

  app.get(
    '/api/incidents',
    {
      schema: {
        summary: 'Incidents, newest first',
        querystring: IncidentQuery,
        response: { 200: answers(IncidentList), ...problems },
      },
    },
    async (request) => {
      const { limit, ...filter } = request.query
      const { items, next } = await listIncidents(db, { ...filter, limit: limitOf(limit, PAGE) })
      return { incidents: items, next }
    },
  )
  const waiting = { summary: 'What waits for you', response: { 200: answers(Waiting), ...problems } }
  app.get('/api/waiting', { schema: waiting }, (request) => waitingForPerson(db, callerOf(request).person))

  app.get(
    '/api/incidents/:id',
    { ...about, schema: { summary: 'One incident', params, response: { 200: answers(IncidentDetail), ...problems } } },
    (request) => incidentDetail(db, request.params.id),
  )
}
