import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type, { type Static } from 'typebox'
import type { ApiDeps } from '#api/deps'
import { csvOf } from '#api/numbers-csv'
import { Numbers, NumbersQuery } from '#api/schemas/numbers'
import { answers, problems } from '#api/schemas/parts'
import { windows } from '#domain/numbers'
import { isZone } from '#domain/week-time'
import { refusal } from '#store/database/refusal'
import { numbersOf } from '#store/numbers/numbers'

const USUAL_DAYS = 30

/** How fast incidents are answered, what is noise, and who carries the load. */
export const numberRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const read = {
    summary:
      'Times to acknowledge, decide, contain and recover, what was received and answered, noise, precision of the rules, and the load of people',
    querystring: NumbersQuery,
    response: { 200: answers(Numbers), ...problems },
  }
  app.get('/api/numbers', { schema: read }, async ({ query }) => numbersOf(db, asked(query)))

  const csv = {
    summary: 'The same as CSV, one number a line: group, name, measure, value; times are seconds',
    querystring: NumbersQuery,
    response: { 200: Type.Unsafe<string>(Type.String()), ...problems },
  }
  app.get('/api/numbers.csv', { schema: csv }, async ({ query }, reply) => {
    const numbers = await numbersOf(db, asked(query))
    const file = `cordon-numbers-${numbers.until.slice(0, 10)}-${numbers.days}-days.csv`
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${file}"`)
      .serializer((text: string) => text)
      .send(csvOf(numbers))
  })
}

function asked({ days, drills = 'left-out', zone = 'UTC' }: Static<typeof NumbersQuery>) {
  if (!isZone(zone)) throw refusal('invalid_input', `There is no time zone ${zone}: name one as Europe/Berlin`)
  return { days: windows.find((one) => String(one) === days) ?? USUAL_DAYS, drills, zone }
}
