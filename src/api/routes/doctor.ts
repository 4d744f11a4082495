import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import { examine } from '#api/examine'
import { Examination } from '#api/schemas/doctor'
import { answers, problems } from '#api/schemas/parts'

/** What only a server can see of itself: the record, Temporal, and the accounts through the executor. */
export const doctorRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const schema = {
    summary: 'What is missing and what to do about it; takes up to half a minute when somebody does not answer',
    response: { 200: answers(Examination), ...problems },
  }
  app.get('/api/doctor', { schema }, async () => {
    const { checks, notes } = await examine(deps)
    return { ok: checks.every(({ ok }) => ok), at: new Date().toISOString(), checks: [...checks], notes: [...notes] }
  })
}
