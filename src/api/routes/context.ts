import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import {
  AppliedContext,
  ContextExplanation,
  ContextQuestion,
  ContextView,
  NewContext,
  ProposedContext,
} from '#api/schemas/context'
import { answers, problems } from '#api/schemas/parts'
import { changeView } from '#store/policy/change-views'
import { proposeChange } from '#store/policy/changes'
import { applyNarrower, contextBody } from '#store/triage/context-change'
import { contextView, explainFinding } from '#store/triage/context-views'

/** What the organisation knows of its own assets: what it says, of which findings, and how it changes. */
export const contextRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const show = {
    summary: 'The context in force, and how often each entry said something',
    response: { 200: answers(ContextView), ...problems },
  }
  app.get('/api/context', { schema: show }, () => contextView(db))

  const explain = {
    summary: 'What the context in force says of a finding, and which entries say so',
    querystring: ContextQuestion,
    response: { 200: answers(ContextExplanation), ...problems },
  }
  app.get('/api/context/explain', { schema: explain }, (request) => explainFinding(db, request.query.finding))

  const apply = {
    summary: 'Bring a context into force',
    description:
      '200 when it only narrows: it is in force. 201 when it could make a verdict milder or an incident quieter: a change, for two approvers of two groups.',
    body: NewContext,
    response: { 200: answers(AppliedContext), 201: answers(ProposedContext), ...problems },
  }
  app.post('/api/context', { schema: apply }, async (request, reply) => {
    const { source, reason } = request.body
    const { person } = callerOf(request)
    const wanted = await applyNarrower(db, { source, person })
    if (wanted.kind === 'applied') return wanted
    const title = reason ?? 'A context that says more'
    const id = await proposeChange(db, {
      kind: 'context',
      title,
      proposer: person,
      body: { ...(await contextBody(db, source)) },
    })
    const { widenings } = wanted
    return reply
      .code(201)
      .header('location', `/api/changes/${id}`)
      .send({ kind: 'proposed', widenings, change: await changeView(db, id) })
  })
}
