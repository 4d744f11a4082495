import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, problems } from '#api/schemas/parts'
import { ChangeList, ChangeParams, ChangesQuery, ChangeView, NewChangeVote } from '#api/schemas/policy'
import { refusal } from '#store/database/refusal'
import { changeList, changeView } from '#store/policy/change-views'
import { voteOnChange, withdrawChange } from '#store/policy/changes'
import { changeChallengeRoutes, proofOn } from './change-challenges.ts'

/** Changes of Cordon's own rules, as people decide them. */
export const changeRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const { db } = deps
  const list = {
    summary: 'Changes of Cordon’s own rules, newest first',
    querystring: ChangesQuery,
    response: { 200: answers(ChangeList), ...problems },
  }
  app.get('/api/changes', { schema: list }, async (request) => ({
    changes: await changeList(db, request.query.status),
  }))

  const about = { config: { about: 'change' as const } }
  const change = { params: ChangeParams, response: { 200: answers(ChangeView), ...problems } }
  app.get(
    '/api/changes/:id',
    { ...about, schema: { summary: 'One change, and what it makes different', ...change } },
    (request) => changeView(db, request.params.id),
  )

  const vote = {
    summary: 'Approve or deny; two approvers of two groups, never the proposer',
    body: NewChangeVote,
    ...change,
  }
  app.post('/api/changes/:id/votes', { ...about, schema: vote }, async (request) => {
    const { id } = request.params
    const { decision, reason = null, digest = null, assertion } = request.body
    const { person, session } = callerOf(request)
    const proof = assertion === undefined ? undefined : await proofOn(deps, id, { person, decision, assertion })
    const ballot = { change: id, person, decision, reason, session, digest, ...(proof === undefined ? {} : { proof }) }
    const cast = await voteOnChange(db, ballot)
    if (cast.kind === 'late') throw refusal('conflict', cast.reason)
    return changeView(db, id)
  })

  await app.register(changeChallengeRoutes, deps)

  const withdraw = { summary: 'Take back what one has proposed, or end a standing approval', ...change }
  app.post('/api/changes/:id/withdraw', { ...about, schema: withdraw }, async (request) => {
    const { id } = request.params
    await withdrawChange(db, { change: id, person: callerOf(request).person })
    return changeView(db, id)
  })
}
