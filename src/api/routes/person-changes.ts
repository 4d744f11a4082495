import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { changeView, outcomeOf } from '#api/person-outcome'
import { answers, problems } from '#api/schemas/parts'
import { ChangeList, ChangeParams, Outcome } from '#api/schemas/people'
import { confirmChange, openChanges, withdrawChange } from '#store/people/person-changes'

/** Changes of people that wait for their second person. */
export const changeRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db, publicUrl }) => {
  const list = { summary: 'Changes of people that wait', response: { 200: answers(ChangeList), ...problems } }
  app.get('/api/people/changes', { schema: list }, async () => ({ changes: (await openChanges(db)).map(changeView) }))

  const confirm = {
    summary: 'Confirm a change of people, as the second person',
    params: ChangeParams,
    response: { 200: answers(Outcome), ...problems },
  }
  app.post('/api/people/changes/:change/confirm', { schema: confirm }, async (request) =>
    outcomeOf(await confirmChange(db, request.params.change, callerOf(request).person), publicUrl),
  )

  const withdraw = {
    summary: 'Take a change of people back',
    params: ChangeParams,
    response: { 204: Type.Null(), ...problems },
  }
  app.delete('/api/people/changes/:change', { schema: withdraw }, async (request, reply) => {
    await withdrawChange(db, request.params.change, callerOf(request).person)
    return reply.code(204).send(null)
  })
}
