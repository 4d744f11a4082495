import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { Explanation, NewReview, PrecisionView, ProblemList, ProblemView, Reviews } from '#api/schemas/investigation'
import { answers, IncidentParams, problems } from '#api/schemas/parts'
import { explainProblem, listProblems } from '#store/triage/problems'
import { openReviews, reviewIncident, rulesPrecision } from '#store/triage/reviews'

/** What is learned of incidents: whether the rules were right, and why something comes again. */
export const reviewRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const list = {
    summary: 'What rules answered and a person is to look at, the nearest deadline first',
    response: { 200: answers(Reviews), ...problems },
  }
  app.get('/api/triage/reviews', { schema: list }, async () => ({ reviews: await openReviews(db) }))

  const precision = {
    summary: 'How often the rules were right where nobody else looked, by verdict',
    response: { 200: answers(PrecisionView), ...problems },
  }
  app.get('/api/triage/precision', { schema: precision }, async () => ({ precision: await rulesPrecision(db) }))

  const review = {
    summary: 'Say whether the rules were right',
    description: '404 when it was not drawn; 409 when somebody said otherwise.',
    params: IncidentParams,
    body: NewReview,
    response: { 200: answers(PrecisionView), ...problems },
  }
  const aboutIncident = { config: { about: 'incident' as const } }
  app.post('/api/incidents/:id/review', { ...aboutIncident, schema: review }, async (request) => {
    const { outcome, note = null } = request.body
    await reviewIncident(db, { incident: request.params.id, person: callerOf(request).person, outcome, note })
    return { precision: await rulesPrecision(db) }
  })

  const recurring = {
    summary: 'What comes again within 90 days; without an owner first',
    response: { 200: answers(ProblemList), ...problems },
  }
  app.get('/api/problems', { schema: recurring }, async () => ({ problems: await listProblems(db) }))

  const explain = {
    summary: 'Say what the cause is and who owns it; then its incidents can be closed',
    params: Type.Object({ problem: Type.String() }),
    body: Explanation,
    response: { 200: answers(ProblemView), ...problems },
  }
  app.post('/api/problems/:problem', { schema: explain }, (request) =>
    explainProblem(db, { ...request.params, ...request.body, person: callerOf(request).person }),
  )
}
