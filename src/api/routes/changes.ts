import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, problems } from '#api/schemas/parts'
import { type VoteAssertion, VoteChallenge } from '#api/schemas/plan'
import { ChangeList, ChangeParams, ChangesQuery, ChangeView, ChangeVoteWish, NewChangeVote } from '#api/schemas/policy'
import { askToSign, proofOf } from '#api/signing'
import { changeChallenge } from '#audit/assertion'
import type { ChangeDecision } from '#domain/change'
import type { Person } from '#domain/votes'
import { changeList, changeView } from '#store/change-views'
import { voteOnChange, withdrawChange } from '#store/changes'
import { refusal } from '#store/refusal'

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

  const challenge = {
    summary: 'What your passkey signs to vote on a change',
    description:
      'The challenge is SHA-256 over its digest, the decision and a nonce that is good once, within five minutes.',
    params: ChangeParams,
    body: ChangeVoteWish,
    response: { 200: answers(VoteChallenge), ...problems },
  }
  app.post('/api/changes/:id/votes/challenge', { ...about, schema: challenge }, async (request) => {
    const { digest: change } = await changeView(db, request.params.id)
    const { decision } = request.body
    const { person, session } = callerOf(request)
    return askToSign(deps, { purpose: 'change', person: person.id, session, change, decision }, (nonce) =>
      changeChallenge({ change, decision, nonce }),
    )
  })

  const withdraw = { summary: 'Take back what one has proposed, or end a standing approval', ...change }
  app.post('/api/changes/:id/withdraw', { ...about, schema: withdraw }, async (request) => {
    const { id } = request.params
    await withdrawChange(db, { change: id, person: callerOf(request).person })
    return changeView(db, id)
  })
}

interface Signed {
  readonly person: Person
  readonly decision: ChangeDecision
  readonly assertion: VoteAssertion
}

async function proofOn(deps: ApiDeps, id: string, { person, decision, assertion }: Signed) {
  const { digest: change } = await changeView(deps.db, id)
  const challenge = changeChallenge({ change, decision, nonce: assertion.nonce })
  return proofOf(deps, { person: person.id, assertion, challenge })
}
