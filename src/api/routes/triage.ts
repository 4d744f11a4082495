import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import { CaseList, CasesQuery, LabelList, LabelsQuery } from '#api/schemas/context'
import { answers, limitOf, problems } from '#api/schemas/parts'
import { triageCases } from '#store/triage/triage-cases'
import { triageLabels } from '#store/triage/triage-labels'

/** Each incident comes with all its findings. */
const PAGE = 20

/** What rules of triage see, for trying other rules on what already happened. */
export const triageRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const list = {
    summary: 'Incidents since a time with what rules of triage see of them, oldest first',
    querystring: CasesQuery,
    response: { 200: answers(CaseList), ...problems },
  }
  app.get('/api/triage/cases', { schema: list }, async (request) => {
    const { limit, ...filter } = request.query
    const { items, next } = await triageCases(db, { ...filter, limit: limitOf(limit, PAGE) })
    return { incidents: items, next }
  })

  const labels = {
    summary: 'What people concluded, with what rules of triage see of it, oldest first',
    querystring: LabelsQuery,
    response: { 200: answers(LabelList), ...problems },
  }
  app.get('/api/triage/labels', { schema: labels }, async (request) => {
    const { limit, ...place } = request.query
    const { items, next } = await triageLabels(db, { ...place, limit: limitOf(limit, PAGE) })
    return { labels: items, next }
  })
}
