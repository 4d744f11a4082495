import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, problems } from '#api/schemas/parts'
import { type VoteAssertion, VoteChallenge } from '#api/schemas/plan'
import { ChangeParams, ChangeVoteWish } from '#api/schemas/policy'
import { askToSign, proofOf } from '#api/signing'
import { changeChallenge } from '#audit/assertion'
import type { ChangeDecision } from '#domain/change'
import type { Person } from '#domain/votes'
import { changeView } from '#store/policy/change-views'
import type { Proven } from '#store/votes/proofs'

/** What a passkey signs for a vote on a change of Cordon’s own rules. */
export const changeChallengeRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const challenge = {
    summary: 'What your passkey signs to vote on a change',
    description:
      'The challenge is SHA-256 over its digest, the decision and a nonce that is good once, within five minutes.',
    params: ChangeParams,
    body: ChangeVoteWish,
    response: { 200: answers(VoteChallenge), ...problems },
  }
  app.post('/api/changes/:id/votes/challenge', { config: { about: 'change' }, schema: challenge }, async (request) => {
    const { digest: change } = await changeView(deps.db, request.params.id)
    const { decision } = request.body
    const { person, session } = callerOf(request)
    return askToSign(deps, { purpose: 'change', person: person.id, session, change, decision }, (nonce) =>
      changeChallenge({ change, decision, nonce }),
    )
  })
}

interface Signed {
  readonly person: Person
  readonly decision: ChangeDecision
  readonly assertion: VoteAssertion
}

/** The proof in what an authenticator answered about the change as it is stored. Throws `passkey_missing`. */
export async function proofOn(deps: ApiDeps, id: string, { person, decision, assertion }: Signed): Promise<Proven> {
  const { digest: change } = await changeView(deps.db, id)
  const challenge = changeChallenge({ change, decision, nonce: assertion.nonce })
  return proofOf(deps, { person: person.id, assertion, challenge })
}
