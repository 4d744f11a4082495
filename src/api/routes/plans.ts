import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, PlanParams, problems } from '#api/schemas/parts'
import { NewVote, PlanView } from '#api/schemas/plan'
import { proofOf } from '#api/signing'
import type { Waker } from '#api/waker'
import { voteChallenge } from '#audit/assertion'
import { refusal } from '#store/database/refusal'
import { buildOf } from '#store/incidents/views'
import { planView } from '#store/plans/plan-views'
import { castVote } from '#store/votes/votes'
import { challengeRoutes } from './vote-challenges.ts'

/** Plans as people decide them. */
export const planRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, waker } = deps
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
      const { decision, reason = null, assertion } = request.body
      const { person, session } = callerOf(request)
      const challenge = voteChallenge({ plan: hash, decision, nonce: assertion?.nonce ?? '' })
      const proof = assertion && (await proofOf(deps, { person: person.id, assertion, challenge }))
      const cast = await castVote(db, { plan: hash, person, decision, reason, session, ...(proof && { proof }) })
      waker.wake({ ...cast, build: await buildOf(db, cast.incident) })
      if (cast.kind === 'late') throw refusal('conflict', cast.reason)
      return planView(db, hash)
    },
  )

  await app.register(challengeRoutes, deps)
}
