import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, problems } from '#api/schemas/parts'
import { ChangeView, NewChange } from '#api/schemas/policy'
import { durationMs } from '#domain/durations'
import { changeView } from '#store/policy/change-views'
import { proposeChange } from '#store/policy/changes'

/** Plans that people approve beforehand, by a change. */
export const standingApprovalRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const propose = {
    summary: 'Propose a standing approval of plans of one shape',
    body: NewChange,
    response: { 201: answers(ChangeView), ...problems },
  }
  app.post('/api/changes', { schema: propose }, async (request, reply) => {
    const { kind, title, body } = request.body
    const { per, ...shape } = body
    const { person } = callerOf(request)
    const id = await proposeChange(db, {
      kind,
      title,
      body: { ...shape, windowMs: durationMs(per) ?? 0 },
      proposer: person,
    })
    return reply
      .code(201)
      .header('location', `/api/changes/${id}`)
      .send(await changeView(db, id))
  })
}
