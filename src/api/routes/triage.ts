import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import { CaseList, CasesQuery } from '#api/schemas/context'
import { answers, limitOf, problems } from '#api/schemas/parts'
import { triageCases } from '#store/triage-cases'

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
}
