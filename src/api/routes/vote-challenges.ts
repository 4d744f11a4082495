import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, PlanParams, problems } from '#api/schemas/parts'
import { VoteChallenge, VoteWish } from '#api/schemas/plan'
import { askToSign } from '#api/signing'
import { voteChallenge } from '#audit/assertion'

/** What a passkey signs for a vote. */
export const challengeRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const challenge = {
    summary: 'What your passkey signs to vote',
    description:
      'The challenge is SHA-256 over this plan, the decision and a nonce that is good once, within five minutes.',
    params: PlanParams,
    body: VoteWish,
    response: { 200: answers(VoteChallenge), ...problems },
  }
  app.post('/api/plans/:hash/votes/challenge', { config: { about: 'plan' }, schema: challenge }, (request) => {
    const { hash: plan } = request.params
    const { decision } = request.body
    const { person, session } = callerOf(request)
    return askToSign(deps, { purpose: 'vote', person: person.id, session, plan, decision }, (nonce) =>
      voteChallenge({ plan, decision, nonce }),
    )
  })
}
