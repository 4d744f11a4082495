import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { partyOf } from '#api/passkeys'
import { answers, PlanParams, problems } from '#api/schemas/parts'
import { VoteChallenge, VoteWish } from '#api/schemas/plan'
import { voteChallenge } from '#audit/assertion'
import { CHALLENGE_MS, makeChallenge } from '#store/challenges'
import { passkeysOf } from '#store/passkeys'
import { refusal } from '#store/refusal'

/** What a passkey signs for a vote. */
export const challengeRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db, publicUrl }) => {
  const challenge = {
    summary: 'What your passkey signs to vote',
    description:
      'The challenge is SHA-256 over this plan, the decision and a nonce that is good once, within five minutes.',
    params: PlanParams,
    body: VoteWish,
    response: { 200: answers(VoteChallenge), ...problems },
  }
  app.post('/api/plans/:hash/votes/challenge', { config: { about: 'plan' }, schema: challenge }, async (request) => {
    const { hash } = request.params
    const { decision } = request.body
    const party = partyOf(publicUrl)
    const { person, session } = callerOf(request)
    const passkeys = (await passkeysOf(db, person.id)).filter(({ confirmed_at }) => confirmed_at !== null)
    if (passkeys.length === 0)
      throw refusal('passkey_missing', 'You have no passkey that counts: enrol one and have a second person confirm it')
    const nonce = await makeChallenge(db, { purpose: 'vote', person: person.id, session, plan: hash, decision })
    return {
      nonce,
      challenge: voteChallenge({ plan: hash, decision, nonce }),
      rpId: party.id,
      passkeys: passkeys.map(({ id, transports }) => ({ id, transports })),
      timeoutMs: CHALLENGE_MS,
    }
  })
}
