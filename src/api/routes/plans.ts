import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { voteChallenge } from '#audit/assertion'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { type Cast, partyOf, proven } from '#api/passkeys'
import { answers, PlanParams, problems } from '#api/schemas/parts'
import { NewVote, PlanView, VoteChallenge, VoteWish } from '#api/schemas/plan'
import type { Waker } from '#api/waker'
import { CHALLENGE_MS, makeChallenge } from '#store/challenges'
import { countingPasskey, passkeysOf } from '#store/passkeys'
import { planView } from '#store/plan-views'
import { refusal } from '#store/refusal'
import { buildOf } from '#store/views'
import { castVote } from '#store/votes'

/** Plans as people decide them. */
export const planRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (
  app,
  { db, waker, publicUrl },
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
      const { decision, reason = null, assertion } = request.body
      const { person, session } = callerOf(request)
      const proof = assertion && (await proofOf({ plan: hash, person: person.id, decision, assertion }))
      const cast = await castVote(db, { plan: hash, person, decision, reason, session, ...(proof && { proof }) })
      waker.wake({ ...cast, build: await buildOf(db, cast.incident) })
      if (cast.kind === 'late') throw refusal('conflict', cast.reason)
      return planView(db, hash)
    },
  )

  const challenge = {
    summary: 'What your passkey signs to vote',
    description: 'The challenge is SHA-256 over this plan, the decision and a nonce that is good once, within five minutes.',
    params: PlanParams,
    body: VoteWish,
    response: { 200: answers(VoteChallenge), ...problems },
  }
  app.post('/api/plans/:hash/votes/challenge', { ...about, schema: challenge }, async (request) => {
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

  async function proofOf({ person, ...cast }: Omit<Cast, 'passkey'> & { readonly person: string }) {
    const passkey = await countingPasskey(db, person, cast.assertion.id)
    if (passkey === undefined) throw refusal('passkey_missing', 'This passkey is not yours, or does not count')
    return proven(partyOf(publicUrl), { ...cast, passkey })
  }
}
