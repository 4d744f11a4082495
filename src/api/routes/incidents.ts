import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import { EvidenceList, FindingList, IncidentDetail, IncidentList, IncidentQuery, Timeline, TimelineQuery } from '#api/schemas/incident'
import { answers, IncidentParams, limitOf, problems } from '#api/schemas/parts'
import { PlanList } from '#api/schemas/plan'
import { findingsOf } from '#store/finding-views'
import { plansOf } from '#store/plan-views'
import { timelineOf } from '#store/timeline'
import { evidenceOf, incidentDetail, listIncidents } from '#store/views'

const PAGE = 50
const TIMELINE_PAGE = 500

/** Everything about incidents that is read. */
export const incidentRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const about = { config: { about: 'incident' as const } }
  const params = IncidentParams

  app.get('/api/incidents', { schema: { summary: 'Incidents, newest first', querystring: IncidentQuery, response: { 200: answers(IncidentList), ...problems } } }, async (request) => {
    const { limit, ...filter } = request.query
    const { items, next } = await listIncidents(db, { ...filter, limit: limitOf(limit, PAGE) })
    return { incidents: items, next }
  })
  app.get('/api/incidents/:id', { ...about, schema: { summary: 'One incident', params, response: { 200: answers(IncidentDetail), ...problems } } }, (request) =>
    incidentDetail(db, request.params.id),
  )
  app.get(
    '/api/incidents/:id/timeline',
    { ...about, schema: { summary: 'What happened, oldest first', params, querystring: TimelineQuery, response: { 200: answers(Timeline), ...problems } } },
    async (request) => {
      const { limit, ...place } = request.query
      const { items, next } = await timelineOf(db, { stream: request.params.id, ...place, limit: limitOf(limit, TIMELINE_PAGE) })
      return { events: items, next }
    },
  )
  app.get('/api/incidents/:id/findings', { ...about, schema: { summary: 'Its findings', params, response: { 200: answers(FindingList), ...problems } } }, async (request) => ({
    findings: await findingsOf(db, request.params.id),
  }))
  app.get('/api/incidents/:id/plans', { ...about, schema: { summary: 'Its plans, oldest first', params, response: { 200: answers(PlanList), ...problems } } }, async (request) => ({
    plans: await plansOf(db, request.params.id),
  }))
  app.get('/api/incidents/:id/evidence', { ...about, schema: { summary: 'Its evidence', params, response: { 200: answers(EvidenceList), ...problems } } }, async (request) => ({
    evidence: await evidenceOf(db, request.params.id),
  }))
}
