import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { idempotencyKeyOf } from '#api/idempotency-key'
import { HandedOver, NewHandOver, NewHelp, ReadMentions } from '#api/schemas/appeal'
import { IncidentDetail } from '#api/schemas/incident'
import { answers, IncidentParams, problems } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { appeal, handOverAll } from '#store/incidents/appeals'
import { incidentDetail } from '#store/incidents/incident-detail'
import { readMentions } from '#store/incidents/mentions'

/** What people ask of each other by name. */
export const appealRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (
  app,
  { db, waker },
) => {
  const about = { config: { about: 'incident' as const } }
  const shape = { params: IncidentParams, response: { 200: answers(IncidentDetail), ...problems } }

  const help = {
    ...shape,
    summary: 'Ask a person or a group for help',
    description:
      'They are paged at once, and the ladder is climbed until one of them acknowledges the incident. It stays whose it is. `Idempotency-Key` is honoured.',
    body: NewHelp,
  }
  app.post('/api/incidents/:id/help', { ...about, schema: help }, async (request) => {
    const { id: incident } = request.params
    const { of, reason } = request.body
    const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key'])
    const { person } = callerOf(request)
    waker.wake(await appeal(db, { kind: 'help', incident, person, of, reason, idempotencyKey }))
    return incidentDetail(db, incident)
  })

  const handOver = {
    ...shape,
    summary: 'Give an incident that you look after to another person',
    description:
      'They are paged at once. It stays yours until they acknowledge it; acknowledge it yourself to keep it. `Idempotency-Key` is honoured.',
    body: NewHandOver,
  }
  app.post('/api/incidents/:id/hand-over', { ...about, schema: handOver }, async (request) => {
    const { id: incident } = request.params
    const { to: of, note: reason } = request.body
    const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key'])
    const { person } = callerOf(request)
    waker.wake(await appeal(db, { kind: 'hand-over', incident, person, of, reason, idempotencyKey }))
    return incidentDetail(db, incident)
  })

  await app.register(ownRoutes, { db, waker })
}

/** What somebody does with everything that is theirs. */
const ownRoutes: FastifyPluginAsyncTypebox<Pick<ApiDeps, 'db'> & { readonly waker: Waker }> = async (
  app,
  { db, waker },
) => {
  const all = {
    summary: 'Give everything that you look after to another person',
    description: 'Each incident by itself, as if you had handed it over alone; what is on its way already stays so.',
    body: NewHandOver,
    response: { 200: answers(HandedOver), ...problems },
  }
  app.post('/api/hand-overs', { schema: all }, async (request) => {
    const woken = await handOverAll(db, { person: callerOf(request).person, ...request.body })
    for (const one of woken) waker.wake(one)
    return { incidents: woken.map(({ incident }) => incident) }
  })

  const read = {
    summary: 'Say that you have read comments that name you',
    body: ReadMentions,
    response: { 204: Type.Null(), ...problems },
  }
  app.post('/api/mentions/read', { schema: read }, async (request, reply) => {
    await readMentions(db, { person: callerOf(request).person.id, comments: request.body.comments })
    return reply.code(204).send(null)
  })
}
