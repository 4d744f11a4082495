import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, PlanParams, problems } from '#api/schemas/parts'
import { NewBreakGlass, NewReview, NewVote, PlanView } from '#api/schemas/plan'
import type { Waker } from '#api/waker'
import { breakGlass, reviewGlass } from '#store/break-glass'
import { planView } from '#store/plan-views'
import { refusal } from '#store/refusal'
import { buildOf } from '#store/views'
import { castVote } from '#store/votes'

/** Plans as people decide them. */
export const planRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (
  app,
  { db, waker },
) => {
  const about = { config: { about: 'plan' as const } }
  const plan = { params: PlanParams, response: { 200: answers(PlanView), ...problems } }

  app.get('/api/plans/:hash', { ...about, schema: { summary: 'One plan, exactly as it runs', ...plan } }, (request) =>
    planView(db, request.params.hash),
  )

  app.post(
    '/api/plans/:hash/votes',
    { ...about, schema: { summary: 'Approve, deny or hold', body: NewVote, ...plan } },
    async (request) => {
      const { hash } = request.params
      const { decision, reason = null } = request.body
      const { person, session } = callerOf(request)
      const cast = await castVote(db, { plan: hash, person, decision, reason, session })
      waker.wake({ ...cast, build: await buildOf(db, cast.incident) })
      if (cast.kind === 'late') throw refusal('conflict', cast.reason)
      return planView(db, hash)
    },
  )

  const alone = { summary: 'Carry a reversible plan out alone, when nobody else can be reached; everybody is called' }
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
