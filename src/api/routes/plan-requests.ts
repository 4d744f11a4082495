import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { idempotencyKeyOf } from '#api/idempotency-key'
import { answers, IncidentParams, problems } from '#api/schemas/parts'
import { type NewPlan, NewPlanBody, PlanView, WaitingRequest } from '#api/schemas/plan'
import type { Waker } from '#api/waker'
import { fits } from '#domain/catalogue/erased'
import { type ActionName, isActionName } from '#domain/catalogue/index'
import { isErrorCode } from '#domain/errors'
import type { Json } from '#domain/json'
import type { Target } from '#domain/targets'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { planView } from '#store/plans/plan-views'
import { type PersonsWish, type RequestAnswer, requestAnswer, requestPlan } from '#store/plans/requests'

const PATIENCE_MS = 10_000
const LOOK_EVERY_MS = 100

type Deps = ApiDeps & { readonly waker: Waker }

/** Asking for a plan by hand, or for the undo of one. */
export const requestRoutes: FastifyPluginAsyncTypebox<Deps> = async (app, { db, waker }) => {
  const parting = new AbortController()
  app.addHook('preClose', async () => parting.abort())
  const schema = {
    summary: 'Ask for a plan: steps by hand, or an undo',
    description:
      '201 with the plan as it was proposed; 202 with a Location to ask again when that takes longer. `Idempotency-Key` is honoured.',
    params: IncidentParams,
    body: NewPlanBody,
    response: { 201: answers(PlanView), 202: answers(WaitingRequest), ...problems },
  }
  app.post('/api/incidents/:id/plans', { config: { about: 'incident' }, schema }, async (request, reply) => {
    const incident = request.params.id
    const wish = {
      incident,
      person: callerOf(request).person,
      idempotencyKey: idempotencyKeyOf(request.headers['idempotency-key']),
      body: wishOf(request.body),
    }
    const stored = await requestPlan(db, wish)
    waker.wake({ incident, build: stored.build, wakeDue: stored.wakeDue })
    const answer = await awaitAnswer(db, { incident, request: stored.request }, parting.signal)
    void reply.header('location', `/api/incidents/${incident}/requests/${stored.request}`)
    if (answer.kind === 'waiting')
      return reply.code(202).send({ request: stored.request, incident, plan: null, reopened: stored.hasReopened })
    return reply
      .code(201)
      .send({ ...(await planOf(db, answer)), request: stored.request, reopened: stored.hasReopened })
  })

  const params = Type.Object({ id: Type.String(), request: Type.String() })
  const look = {
    summary: 'What became of a request',
    params,
    response: { 200: answers(PlanView), 202: answers(WaitingRequest), ...problems },
  }
  app.get(
    '/api/incidents/:id/requests/:request',
    { config: { about: 'incident' }, schema: look },
    async (request, reply) => {
      const { id: incident, request: asked } = request.params
      const answer = await requestAnswer(db, incident, asked)
      if (answer.kind === 'waiting')
        return reply.code(202).send({ request: asked, incident, plan: null, reopened: false })
      return { ...(await planOf(db, answer)), request: asked, reopened: false }
    },
  )
}

interface Awaited {
  readonly incident: string
  readonly request: string
}

/** What became of it; that it still waits, when that takes too long or the process ends: the request is in the record. */
async function awaitAnswer(db: Database, { incident, request }: Awaited, parting: AbortSignal): Promise<RequestAnswer> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await requestAnswer(db, incident, request)
    if (answer.kind !== 'waiting' || parting.aborted || performance.now() >= until) return answer
    await pause(LOOK_EVERY_MS)
  }
}

function planOf(db: Database, answer: Exclude<RequestAnswer, { kind: 'waiting' }>) {
  if (answer.kind === 'refused') throw refusal(isErrorCode(answer.code) ? answer.code : 'unprocessable', answer.reason)
  return planView(db, answer.plan)
}

function wishOf(body: NewPlan): PersonsWish {
  if ('undo' in body) return { undo: body.undo, release: body.release ?? 'false-positive', reason: body.reason }
  const steps = body.steps.map(({ action, target, parameters = {} }) => ({
    action: knownAction(action, target),
    target,
    // The schema lets any JSON through, and nothing else can come in a body.
    parameters: parameters as { readonly [name: string]: Json },
  }))
  return { purpose: body.purpose, reason: body.reason, steps }
}

function knownAction(action: string, target: Target): ActionName {
  if (!isActionName(action)) throw refusal('unprocessable', `There is no action ${action}`)
  if (!fits(action, target)) throw refusal('unprocessable', `${action} does not fit a ${target.kind}`)
  return action
}
