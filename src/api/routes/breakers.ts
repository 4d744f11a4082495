import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, problems } from '#api/schemas/parts'
import { Breakers, ChangeView } from '#api/schemas/policy'
import { openBreakers } from '#store/plans/breakers'
import { changeView } from '#store/policy/change-views'
import { proposeChange } from '#store/policy/changes'

const Closing = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 200, description: 'Why Cordon may act by itself there again' }) },
  { additionalProperties: false },
)

/** Accounts in which Cordon used up what it may do by itself. */
export const breakerRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const list = { summary: 'Breakers that are open', response: { 200: answers(Breakers), ...problems } }
  app.get('/api/breakers', { schema: list }, async () => ({ breakers: [...(await openBreakers(db))] }))

  const close = {
    summary: 'Propose to close a breaker',
    description: 'A change, for two approvers of two groups. 409 when it is closed.',
    params: Type.Object({ id: Type.String() }),
    body: Closing,
    response: { 201: answers(ChangeView), ...problems },
  }
  app.post('/api/breakers/:id/close', { schema: close }, async (request, reply) => {
    const { person } = callerOf(request)
    const body = { breaker: request.params.id }
    const id = await proposeChange(db, { kind: 'breaker', title: request.body.reason, body, proposer: person })
    return reply
      .code(201)
      .header('location', `/api/changes/${id}`)
      .send(await changeView(db, id))
  })
}
