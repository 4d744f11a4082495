import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { ApiDeps } from '#api/deps'
import { examine } from '#api/examine'
import { answers, orNull, problems, Time } from '#api/schemas/parts'

const Examination = Type.Object({
  ok: Type.Boolean(),
  at: { ...Time, description: 'The clock of the api’s machine' },
  checks: Type.Array(
    Type.Object({
      name: Type.String({ description: 'What was looked at; accounts and Regions follow after a slash' }),
      ok: Type.Boolean(),
      text: Type.String({ description: 'What was found; the cause when it is not well' }),
      next: orNull(Type.String({ description: 'One step, a command where there is one' })),
    }),
  ),
  notes: Type.Array(Type.String({ description: 'What could not be looked at' })),
})

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
