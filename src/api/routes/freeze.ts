import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { ApiDeps } from '#api/deps'
import { answers, orNull, problems, Time } from '#api/schemas/parts'
import { VoteAssertion } from '#api/schemas/plan'
import type { Waker } from '#api/waker'
import { SESSIONS_LIVE_ON } from '#domain/freeze'
import { areFreezesSigned } from '#store/policy/freeze-proof'
import { activeFreezes, type Freeze, liftFreeze, startFreeze } from '#store/policy/freezes'
import { freezeChallengeRoutes, wishOf } from './freeze-challenge.ts'

const account = Type.Optional(orNull(Type.String({ pattern: '^[0-9]{12}$', description: 'Only in this account' })))
const assertion = Type.Optional(VoteAssertion)
const NewFreeze = orNull(
  Type.Object(
    { account, reason: Type.Optional(Type.String({ maxLength: 4096 })), assertion },
    { additionalProperties: false },
  ),
)
const LiftProof = orNull(Type.Object({ assertion }, { additionalProperties: false }))
const FreezeQuery = Type.Object(
  { account: Type.Optional(Type.String({ pattern: '^[0-9]{12}$' })) },
  { additionalProperties: false },
)

const FreezeView = Type.Object({
  id: Type.String(),
  account: orNull(Type.String()),
  reason: Type.String(),
  startedBy: Type.String(),
  startedAt: Time,
  endsAt: Time,
  liftAskedBy: orNull(Type.String()),
  note: Type.String(),
})

const Lift = Type.Object({
  needs: Type.Integer({ description: 'How many more people must ask' }),
  lifted: Type.Boolean(),
})

const Freezes = Type.Object({
  freezes: Type.Array(FreezeView),
  asksPasskey: Type.Boolean({ description: 'Whether lifting, and freezing by whoever has one, needs a passkey' }),
})

const NOTE = `No change begins while this lasts. ${SESSIONS_LIVE_ON}; verification and evidence go on.`
const SECOND = 'A second person of another group must ask for the lift too'

/** The kill switch: one person freezes, two people of different groups lift. */
export const freezeRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, waker } = deps
  const list = {
    summary: 'Freezes in force',
    response: { 200: answers(Freezes), ...problems },
  }
  app.get('/api/freeze', { schema: list }, async () => ({
    freezes: (await activeFreezes(db)).map(asView),
    asksPasskey: await areFreezesSigned(db),
  }))

  const start = {
    summary: 'Freeze every change, everywhere or in one account',
    body: NewFreeze,
    response: { 200: answers(FreezeView), ...problems },
  }
  app.post('/api/freeze', { schema: start }, async (request) => {
    const { account: where = null, reason = 'no reason given', assertion: signed } = request.body ?? {}
    const wish = await wishOf(deps, request, { order: 'start', account: where, signed })
    const { freeze, woken } = await startFreeze(db, { ...wish, reason })
    if (woken !== null) waker.wake(woken)
    return asView(freeze)
  })

  const lift = {
    summary: 'Lift the freeze; needs two people of different groups',
    querystring: FreezeQuery,
    body: LiftProof,
    response: { 200: answers(Lift), 202: answers(Lift), ...problems },
  }
  app.delete('/api/freeze', { schema: lift }, async (request, reply) => {
    const where = request.query.account ?? null
    const wish = await wishOf(deps, request, { order: 'lift', account: where, signed: request.body?.assertion })
    const lifted = await liftFreeze(db, wish)
    if (lifted.kind === 'lifted') return { needs: 0, lifted: true }
    return reply.code(202).send({ needs: 1, lifted: false, askedBy: lifted.askedBy, detail: SECOND })
  })

  await app.register(freezeChallengeRoutes, deps)
}

const asView = (freeze: Freeze) => ({
  id: freeze.id,
  account: freeze.account,
  reason: freeze.reason,
  startedBy: freeze.started_by,
  startedAt: freeze.started_at.toISOString(),
  endsAt: freeze.ends_at.toISOString(),
  liftAskedBy: freeze.lift_asked_by,
  note: NOTE,
})
