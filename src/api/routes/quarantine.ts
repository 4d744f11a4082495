import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { Quarantine, QuarantinedOne, QuarantineQuery, Retried } from '#api/schemas/finding'
import { answers, limitOf, problems } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { readAgain } from '#intake/read-again'
import { listQuarantine, quarantinedOne, readQuarantined } from '#store/findings/quarantined'

const PAGE = 50

/** What came and could not be read. */
export const quarantineRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, waker } = deps

  const list = {
    summary: 'What could not be read and still waits, newest first',
    querystring: QuarantineQuery,
    response: { 200: answers(Quarantine), ...problems },
  }
  app.get('/api/quarantine', { schema: list }, async (request) => {
    const { limit, ...from } = request.query
    const { items, next } = await listQuarantine(db, { ...from, limit: limitOf(limit, PAGE) })
    return { quarantined: items, next }
  })

  const params = Type.Object({ id: Type.String() })
  const one = {
    summary: 'One of them, with what came',
    params,
    response: { 200: answers(QuarantinedOne), ...problems },
  }
  app.get('/api/quarantine/:id', { schema: one }, (request) => quarantinedOne(db, request.params.id))

  const retry = {
    summary: 'Read it again, as findings are read now',
    description:
      'Taken in by the channel that it came by. What still cannot be read stays; what was read already is where it went.',
    params,
    response: { 200: answers(Retried), ...problems },
  }
  app.post('/api/quarantine/:id/retry', { schema: retry }, async (request) => {
    const { id } = request.params
    const actor = { kind: 'person', id: callerOf(request).person.id } as const
    const { woken, ...shown } = await readQuarantined(db, { id, actor, read: readAgain })
    for (const wake of woken) waker.wake(wake)
    return { id, ...shown }
  })
}
