import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, PlanParams, problems } from '#api/schemas/parts'
import { NewBreakGlass, NewReview, PlanView } from '#api/schemas/plan'
import type { Waker } from '#api/waker'
import { breakGlass, reviewGlass } from '#store/plans/break-glass'
import { planView } from '#store/plans/plan-views'

/** What one approver does alone, and how another one looks at it. */
export const breakGlassRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (
  app,
  { db, waker },
) => {
  const about = { config: { about: 'plan' as const } }
  const plan = { params: PlanParams, response: { 200: answers(PlanView), ...problems } }

  const alone = {
    summary:
      'Carry a reversible plan out alone that you have approved, when nobody else can be reached; everybody is called',
  }
  app.post(
    '/api/plans/:hash/break-glass',
    { ...about, schema: { ...alone, body: NewBreakGlass, ...plan } },
    async (request) => {
      const { hash } = request.params
      waker.wake(await breakGlass(db, { plan: hash, ...callerOf(request), ...request.body }))
      return planView(db, hash)
    },
  )

  const review = { summary: 'Review what somebody else carried out alone' }
  app.post(
    '/api/plans/:hash/break-glass/review',
    { ...about, schema: { ...review, body: NewReview, ...plan } },
    async (request) => {
      const { hash } = request.params
      waker.wake(await reviewGlass(db, { plan: hash, person: callerOf(request).person, ...request.body }))
      return planView(db, hash)
    },
  )
}
