import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import { EvidenceList, FindingList, Timeline, TimelineQuery } from '#api/schemas/incident'
import { answers, IncidentParams, limitOf, problems } from '#api/schemas/parts'
import { PlanList } from '#api/schemas/plan'
import { findingsOf } from '#store/findings/finding-views'
import { evidenceOf } from '#store/incidents/incident-detail'
import { timelineOf } from '#store/incidents/timeline'
import { plansOf } from '#store/plans/plan-views'

const TIMELINE_PAGE = 500

const itsFindings = {
  summary: 'Its findings: the gravest 500, and how many there are beyond; /api/findings?incident= has all',
  params: IncidentParams,
  response: { 200: answers(FindingList), ...problems },
}

/** What belongs to an incident. */
export const incidentPartRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const about = { config: { about: 'incident' as const } }
  const params = IncidentParams

  app.get(
    '/api/incidents/:id/timeline',
    {
      ...about,
      schema: {
        summary: 'What happened, oldest first',
        params,
        querystring: TimelineQuery,
        response: { 200: answers(Timeline), ...problems },
      },
    },
    async (request) => {
      const { limit, ...place } = request.query
      const { items, next } = await timelineOf(db, {
        stream: request.params.id,
        ...place,
        limit: limitOf(limit, TIMELINE_PAGE),
      })
      return { events: items, next }
    },
  )
  app.get('/api/incidents/:id/findings', { ...about, schema: itsFindings }, (request) =>
    findingsOf(db, request.params.id),
  )
  app.get(
    '/api/incidents/:id/plans',
    {
      ...about,
      schema: { summary: 'Its plans, oldest first', params, response: { 200: answers(PlanList), ...problems } },
    },
    async (request) => ({
      plans: await plansOf(db, request.params.id),
    }),
  )
  app.get(
    '/api/incidents/:id/evidence',
    { ...about, schema: { summary: 'Its evidence', params, response: { 200: answers(EvidenceList), ...problems } } },
    async (request) => ({
      evidence: await evidenceOf(db, request.params.id),
    }),
  )
}
