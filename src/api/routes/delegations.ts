import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { DelegationList, DelegationView, NewDelegation } from '#api/schemas/access'
import { answers, problems } from '#api/schemas/parts'
import { delegate, delegationsInForce, endDelegation, type StoredDelegation } from '#store/people/delegations'

const MINUTE_MS = 60_000

/** Who stands for whom. */
export const delegationRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const list = {
    summary: 'Delegations in force',
    response: { 200: answers(DelegationList), ...problems },
  }
  app.get('/api/delegations', { schema: list }, async () => ({
    delegations: (await delegationsInForce(db)).map(asView),
  }))

  const begin = {
    summary: 'Let an approver stand for you for a while',
    description:
      'They are paged in your place. On a plan you two count once, and where votes need no passkey they speak for your groups too.',
    body: NewDelegation,
    response: { 201: answers(DelegationView), ...problems },
  }
  app.post('/api/delegations', { schema: begin }, async (request, reply) => {
    const { to, minutes } = request.body
    const { person, session } = callerOf(request)
    return reply.code(201).send(asView(await delegate(db, { from: person, to, ms: minutes * MINUTE_MS, session })))
  })

  const end = {
    summary: 'End a delegation of yours, or to you',
    params: Type.Object({ id: Type.String() }),
    response: { 204: Type.Null(), ...problems },
  }
  app.delete('/api/delegations/:id', { schema: end }, async (request, reply) => {
    await endDelegation(db, { id: request.params.id, person: callerOf(request).person })
    return reply.code(204).send(null)
  })
}

const asView = ({ id, from_person, to_person, starts_at, ends_at }: StoredDelegation) => ({
  id,
  from: from_person,
  to: to_person,
  startsAt: starts_at.toISOString(),
  endsAt: ends_at.toISOString(),
})
