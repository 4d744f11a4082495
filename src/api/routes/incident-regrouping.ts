import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { IncidentDetail, Merging, Splitting, UndoingRegrouping } from '#api/schemas/incident'
import { answers, IncidentParams, problems } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { mergeIncident, splitIncident, undoRegrouping } from '#store/findings/regrouping'
import { incidentDetail } from '#store/incidents/incident-detail'

/** Which findings are one incident, where people know better. */
export const regroupingRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, waker } = deps
  const about = { config: { about: 'incident' as const } }

  const merge = {
    summary: 'Merge it into another incident',
    description:
      'Its findings move, what is proposed in it is superseded, and it closes as a duplicate; later findings about its entity follow. 409 while a plan of it is being carried out, or when it holds a containment.',
    params: IncidentParams,
    body: Merging,
    response: { 200: answers(IncidentDetail), ...problems },
  }
  app.post('/api/incidents/:id/merge', { ...about, schema: merge }, async (request) => {
    const { into, reason = null } = request.body
    const { id: incident } = request.params
    const woken = await mergeIncident(db, { incident, into, reason, person: callerOf(request).person })
    for (const one of woken) waker.wake(one)
    return incidentDetail(db, incident)
  })

  const split = {
    summary: 'Split findings off into an incident of their own',
    description: 'Answers the new incident. 409 while a plan is being carried out.',
    params: IncidentParams,
    body: Splitting,
    response: { 201: answers(IncidentDetail), ...problems },
  }
  app.post('/api/incidents/:id/split', { ...about, schema: split }, async (request, reply) => {
    const { findings, reason = null } = request.body
    const person = callerOf(request).person
    const { id, woken } = await splitIncident(db, { incident: request.params.id, findings, reason, person })
    for (const one of woken) waker.wake(one)
    return reply.code(201).send(await incidentDetail(db, id))
  })

  const undo = {
    summary: 'Undo a merge or a split',
    description:
      'The findings go back. 409 while a plan is being carried out, or when one of the two was closed or merged since.',
    params: Type.Object({ id: Type.String(), regrouping: Type.String() }),
    body: UndoingRegrouping,
    response: { 200: answers(IncidentDetail), ...problems },
  }
  app.post('/api/incidents/:id/regroupings/:regrouping/undo', { ...about, schema: undo }, async (request) => {
    const { id: incident, regrouping } = request.params
    const reason = request.body?.reason ?? null
    for (const one of await undoRegrouping(db, { incident, regrouping, reason, person: callerOf(request).person }))
      waker.wake(one)
    return incidentDetail(db, incident)
  })
}
