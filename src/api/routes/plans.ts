import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { type Cast, partyOf, proven } from '#api/passkeys'
import { answers, PlanParams, problems } from '#api/schemas/parts'
import { NewVote, PlanView } from '#api/schemas/plan'
import type { Waker } from '#api/waker'
import { countingPasskey } from '#store/passkeys'
import { planView } from '#store/plan-views'
import { refusal } from '#store/refusal'
import { buildOf } from '#store/views'
import { castVote } from '#store/votes'
import { challengeRoutes } from './vote-challenges.ts'

/** Plans as people decide them. */
export const planRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, waker, publicUrl } = deps
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
      const proof = assertion && (await proofOf({ plan: hash, person: person.id, decision, assertion }))
      const cast = await castVote(db, { plan: hash, person, decision, reason, session, ...(proof && { proof }) })
      waker.wake({ ...cast, build: await buildOf(db, cast.incident) })
      if (cast.kind === 'late') throw refusal('conflict', cast.reason)
      return planView(db, hash)
    },
  )

  await app.register(challengeRoutes, deps)

  async function proofOf({ person, ...cast }: Omit<Cast, 'passkey'> & { readonly person: string }) {
    const passkey = await countingPasskey(db, person, cast.assertion.id)
    if (passkey === undefined) throw refusal('passkey_missing', 'This passkey is not yours, or does not count')
    return proven(partyOf(publicUrl), { ...cast, passkey })
  }
}
