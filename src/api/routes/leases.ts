import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, PlanParams, problems } from '#api/schemas/parts'
import { LeaseList, NewRenewal, PlanView } from '#api/schemas/plan'
import type { Waker } from '#api/waker'
import { durationMs } from '#domain/durations'
import { standingLeases } from '#store/plans/lease-record'
import { renewLease } from '#store/plans/leases'
import { planView } from '#store/plans/plan-views'

/** Until when containments hold before people must renew or release them. */
export const leaseRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (
  app,
  { db, waker },
) => {
  const list = {
    summary: 'Leases of what is contained, the nearest end first',
    response: { 200: answers(LeaseList), ...problems },
  }
  app.get('/api/leases', { schema: list }, () => standingLeases(db))

  const renew = {
    summary: 'Renew the lease of what a plan holds, from now on',
    description:
      'From 1h to as long as policy gave it. 409 when the plan holds nothing, or its undo is being carried out. The end is a full minute: again within it changes nothing.',
    params: PlanParams,
    body: NewRenewal,
    response: { 200: answers(PlanView), ...problems },
  }
  app.post('/api/plans/:hash/lease', { config: { about: 'plan' as const }, schema: renew }, async (request) => {
    const { hash } = request.params
    const { reason, for: text } = request.body
    const { person } = callerOf(request)
    // The schema lets only durations through.
    waker.wake(await renewLease(db, { plan: hash, person, forMs: durationMs(text) ?? 0, reason }))
    return planView(db, hash)
  })
}
