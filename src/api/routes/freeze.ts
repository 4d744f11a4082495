import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, orNull, problems, Time } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { activeFreezes, type Freeze, liftFreeze, startFreeze } from '#store/freezes'

const account = Type.Optional(orNull(Type.String({ pattern: '^[0-9]{12}$', description: 'Only in this account' })))
const NewFreeze = orNull(
  Type.Object({ account, reason: Type.Optional(Type.String({ maxLength: 4096 })) }, { additionalProperties: false }),
)
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

const NOTE =
  'No change begins while this lasts. Sessions already minted live up to 15 minutes; verification and evidence go on.'
const SECOND = 'A second person of another group must ask for the lift too'

/** The kill switch: one person freezes, two people of different groups lift. */
export const freezeRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (
  app,
  { db, waker },
) => {
  const list = {
    summary: 'Freezes in force',
    response: { 200: answers(Type.Object({ freezes: Type.Array(FreezeView) })), ...problems },
  }
  app.get('/api/freeze', { schema: list }, async () => ({ freezes: (await activeFreezes(db)).map(asView) }))

  const start = {
    summary: 'Freeze every change, everywhere or in one account',
    body: NewFreeze,
    response: { 200: answers(FreezeView), ...problems },
  }
  app.post('/api/freeze', { schema: start }, async (request) => {
    const { account: where = null, reason = 'no reason given' } = request.body ?? {}
    const { freeze, woken } = await startFreeze(db, { account: where, reason, person: callerOf(request).person })
    if (woken !== null) waker.wake(woken)
    return asView(freeze)
  })

  const lift = {
    summary: 'Lift the freeze; needs two people of different groups',
    querystring: FreezeQuery,
    response: { 200: answers(Lift), 202: answers(Lift), ...problems },
  }
  app.delete('/api/freeze', { schema: lift }, async (request, reply) => {
    const lifted = await liftFreeze(db, { account: request.query.account ?? null, person: callerOf(request).person })
    if (lifted.kind === 'lifted') return { needs: 0, lifted: true }
    return reply.code(202).send({ needs: 1, lifted: false, askedBy: lifted.askedBy, detail: SECOND })
  })
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
