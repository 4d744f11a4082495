import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { ApiDeps } from '#api/deps'
import { answers, orNull, problems, Time } from '#api/schemas/parts'
import { gapKinds } from '#domain/coverage'
import { readCoverage } from '#store/coverage'

const Day = Type.Object({
  account: Type.String(),
  region: Type.String(),
  day: Type.String({ description: 'YYYY-MM-DD in UTC, of the last change of the findings' }),
  emitted: Type.Integer({ description: 'What GuardDuty says it made, archived ones included' }),
  received: Type.Integer(),
  hidden: Type.Integer({ description: 'Archived at GuardDuty before they came' }),
  missing: Type.Integer({ description: 'Not archived, and not here: they are read from GuardDuty now' }),
  lookedAt: Time,
})

const Gap = Type.Object({
  account: Type.String(),
  region: Type.String(),
  kind: Type.Enum(Object.keys(gapKinds) as (keyof typeof gapKinds)[]),
  text: Type.String(),
  since: Time,
})

const Coverage = Type.Object({
  days: Type.Array(Day),
  gaps: Type.Array(Gap),
  rereads: Type.Object({
    waiting: Type.Integer({ description: 'Findings that are being read again from their producer' }),
    oldest: orNull(Time),
  }),
})

/** Whether all that was made came, and where nothing is made. */
export const coverageRoute: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const schema = {
    summary:
      'What GuardDuty made by account, Region and day, what of it came, and where findings are not made or not sent',
    response: { 200: answers(Coverage), ...problems },
  }
  app.get('/api/coverage', { schema }, async () => {
    const { days, gaps, rereads } = await readCoverage(db)
    return { days: [...days], gaps: [...gaps], rereads }
  })
}
