import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { IncidentDetail } from '#api/schemas/incident'
import {
  Added,
  AskedEvidence,
  AskingEvidence,
  Brief,
  Claiming,
  Investigations,
  NewAnswer,
  NewQuestion,
  NewVerdict,
} from '#api/schemas/investigation'
import { answers, IncidentParams, problems } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { incidentDetail } from '#store/incidents/incident-detail'
import { giveVerdict } from '#store/investigations/analyst-verdicts'
import { incidentBrief } from '#store/investigations/briefs'
import { claimIncident, releaseClaim } from '#store/investigations/claims'
import { requestEvidence } from '#store/investigations/evidence-requests'
import { openInvestigations } from '#store/investigations/investigations'
import { answerQuestion, askQuestion } from '#store/investigations/questions'

type Deps = ApiDeps & { readonly waker: Waker }

const about = { config: { about: 'incident' as const } }
const params = IncidentParams
const detail = { 200: answers(IncidentDetail), ...problems }

/** What rules cannot judge, and what people find out about it. */
export const investigationRoutes: FastifyPluginAsyncTypebox<Deps> = async (app, deps) => {
  await app.register(queueRoutes, deps)
  await app.register(findingOutRoutes, deps)
}

const queueRoutes: FastifyPluginAsyncTypebox<Deps> = async (app, { db, waker }) => {
  const queue = {
    summary:
      'What rules could not judge and nobody answered, the most urgent first; whose it is, and who could take it',
    response: { 200: answers(Investigations), ...problems },
  }
  app.get('/api/investigations', { schema: queue }, () => openInvestigations(db))

  const claim = {
    summary: 'Say that you look into it',
    description:
      'For an hour; again for another one. 409 with whose it is, unless `from` names them: then it is taken over.',
    params,
    body: Claiming,
    response: detail,
  }
  app.post('/api/incidents/:id/claim', { ...about, schema: claim }, async (request) => {
    const { id: incident } = request.params
    const { from = null, reason = null } = request.body ?? {}
    waker.wake(await claimIncident(db, { incident, person: callerOf(request).person, from, reason }))
    return incidentDetail(db, incident)
  })

  const release = { summary: 'Give your claim back', params, response: detail }
  app.delete('/api/incidents/:id/claim', { ...about, schema: release }, async (request) => {
    const { id: incident } = request.params
    await releaseClaim(db, { incident, person: callerOf(request).person })
    return incidentDetail(db, incident)
  })

  const verdict = {
    summary: 'Say what it is, in the place of the rules',
    description:
      'It stands until there is another version of a finding; a threat has its runbook begin. Once a runbook responds, or the incident is closed, it is only kept as a case for the rules. 409 before the rules have judged, 422 when it cites what the record does not have.',
    params,
    body: NewVerdict,
    response: detail,
  }
  app.post('/api/incidents/:id/verdict', { ...about, schema: verdict }, async (request) => {
    const { id: incident } = request.params
    waker.wake(await giveVerdict(db, { ...request.body, incident, person: callerOf(request).person }))
    return incidentDetail(db, incident)
  })
}

const findingOutRoutes: FastifyPluginAsyncTypebox<Deps> = async (app, { db, waker }) => {
  const brief = {
    summary: 'Who, from where, what changed, what it can reach, what was similar, and what could not be seen',
    params,
    response: { 200: answers(Brief), ...problems },
  }
  app.get('/api/incidents/:id/brief', { ...about, schema: brief }, (request) => incidentBrief(db, request.params.id))

  const evidence = {
    summary: 'Ask for what can be read about it',
    description: 'The answers come into its evidence and its brief. 422 when the findings name nothing to ask about.',
    params,
    body: AskingEvidence,
    response: { 202: answers(AskedEvidence), ...problems },
  }
  app.post('/api/incidents/:id/evidence', { ...about, schema: evidence }, async (request, reply) => {
    const { id: incident } = request.params
    const { asked, ...woken } = await requestEvidence(db, { incident, person: callerOf(request).person })
    waker.wake(woken)
    return reply.code(202).send({ incident, asked })
  })

  const added = { 201: answers(Added), ...problems }
  const ask = { summary: 'Ask a question about it', params, body: NewQuestion, response: added }
  app.post('/api/incidents/:id/questions', { ...about, schema: ask }, async (request, reply) => {
    const asking = { incident: request.params.id, person: callerOf(request).person, text: request.body.text }
    return reply.code(201).send({ id: await askQuestion(db, asking) })
  })

  const answer = {
    summary: 'Answer a question',
    params: Type.Object({ id: Type.String(), question: Type.String() }),
    body: NewAnswer,
    response: added,
  }
  app.post('/api/incidents/:id/questions/:question/answers', { ...about, schema: answer }, async (request, reply) => {
    const { id: incident, question } = request.params
    const { text, evidence = [] } = request.body
    const answering = { incident, question, text, evidence, person: callerOf(request).person }
    return reply.code(201).send({ id: await answerQuestion(db, answering) })
  })
}
