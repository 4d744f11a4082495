import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, orNull, problems } from '#api/schemas/parts'
import { type VoteAssertion, VoteChallenge } from '#api/schemas/plan'
import { askToSign, proofOf } from '#api/signing'
import { freezeChallenge } from '#audit/assertion'
import { type FreezeOrder, freezeOrders } from '#domain/freeze'
import { type FreezeWish, freezeUse } from '#store/policy/freeze-proof'

const FreezeOrderWish = Type.Object(
  { order: Type.Enum([...freezeOrders]), account: Type.Optional(orNull(Type.String({ pattern: '^[0-9]{12}$' }))) },
  { additionalProperties: false },
)

/** What a passkey signs for the kill switch. */
export const freezeChallengeRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const challenge = {
    summary: 'What your passkey signs to freeze, or to lift a freeze',
    description:
      'The challenge is SHA-256 over the order, the account and a nonce that is good once, within five minutes.',
    body: FreezeOrderWish,
    response: { 200: answers(VoteChallenge), ...problems },
  }
  app.post('/api/freeze/challenge', { schema: challenge }, (request) => {
    const { order, account = null } = request.body
    const { person, session } = callerOf(request)
    return askToSign(deps, freezeUse({ person, session, account }, order), (nonce) =>
      freezeChallenge({ order, account, nonce }),
    )
  })
}

export interface Wanted {
  readonly order: FreezeOrder
  readonly account: string | null
  readonly signed: VoteAssertion | undefined
}

/** What the caller wants, with the proof of their passkey when they sent one. Throws `passkey_missing` when it signed something else. */
export async function wishOf(
  deps: Pick<ApiDeps, 'db' | 'publicUrl'>,
  request: FastifyRequest,
  { order, account, signed }: Wanted,
): Promise<FreezeWish> {
  const { person, session, kind } = callerOf(request)
  const wish = { account, person, session, kind }
  if (signed === undefined) return wish
  const challenge = freezeChallenge({ order, account, nonce: signed.nonce })
  return { ...wish, proof: await proofOf(deps, { person: person.id, assertion: signed, challenge }) }
}
