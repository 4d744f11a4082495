import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import { Accounting, AccountingQuery, CountedDays, FindingCounters, Suppressions } from '#api/schemas/accounting'
import { answers, problems } from '#api/schemas/parts'
import { accounting, totalOf } from '#store/findings/accounting'
import { countFindings } from '#store/findings/finding-counters'
import { listSuppressions } from '#store/triage/suppressions'

/** How everything that was received is answered, and what is answered quietly. */
export const accountingRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const account = {
    summary: 'How everything that was received is answered, by day, account and Region',
    querystring: AccountingQuery,
    response: { 200: answers(Accounting), ...problems },
  }
  app.get('/api/findings/accounting', { schema: account }, async ({ query }) => {
    const rows = await accounting(db, query)
    return { since: new Date(query.since).toISOString(), total: totalOf(rows), rows }
  })

  const metrics = {
    summary: 'The counters of AWS Security Incident Response, by their names',
    querystring: CountedDays,
    response: { 200: answers(FindingCounters), ...problems },
  }
  app.get('/api/findings/metrics', { schema: metrics }, ({ query }) => countFindings(db, query))

  const suppressions = {
    summary: 'What is answered quietly: by which entry, whose, until when, how often',
    response: { 200: answers(Suppressions), ...problems },
  }
  app.get('/api/suppressions', { schema: suppressions }, async () => ({ suppressions: await listSuppressions(db) }))
}
