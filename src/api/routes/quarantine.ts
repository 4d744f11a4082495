import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, Cursor, Limit, limitOf, orNull, problems, Time } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { readAgain } from '#intake/read-again'
import { listQuarantine, quarantinedOne, readQuarantined } from '#store/quarantined'

const PAGE = 50

const Row = {
  id: Type.String(),
  reason: Type.String(),
  channel: Type.String({ description: 'How it came' }),
  receivedAt: Time,
  readAt: orNull(Time),
  finding: orNull(Type.String({ description: 'The key of the finding that it was, once it could be read' })),
}

const Answer = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('accepted'), Type.Literal('quarantined')]),
  reason: orNull(Type.String({ description: 'Why it still cannot be read' })),
  finding: orNull(Type.String()),
  incident: orNull(Type.String()),
})

/** What came and could not be read. */
export const quarantineRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, waker } = deps

  const list = {
    summary: 'What could not be read and still waits, newest first',
    querystring: Type.Object(
      { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
      { additionalProperties: false },
    ),
    response: {
      200: answers(Type.Object({ quarantined: Type.Array(Type.Object(Row)), next: orNull(Type.String()) })),
      ...problems,
    },
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
    response: { 200: answers(Type.Object({ ...Row, raw: Type.String() })), ...problems },
  }
  app.get('/api/quarantine/:id', { schema: one }, (request) => quarantinedOne(db, request.params.id))

  const retry = {
    summary: 'Read it again, as findings are read now',
    description:
      'Taken in by the channel that it came by. What still cannot be read stays; what was read already is where it went.',
    params,
    response: { 200: answers(Answer), ...problems },
  }
  app.post('/api/quarantine/:id/retry', { schema: retry }, async (request) => {
    const { id } = request.params
    const actor = { kind: 'person', id: callerOf(request).person.id } as const
    const { woken, ...shown } = await readQuarantined(db, { id, actor, read: readAgain })
    for (const wake of woken) waker.wake(wake)
    return { id, ...shown }
  })
}
