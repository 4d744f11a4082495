import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import { Coverage, Places } from '#api/schemas/coverage'
import { answers, problems } from '#api/schemas/parts'
import { readCoverage } from '#store/sources/coverage'
import { readPlaces } from '#store/sources/places'

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

  const places = {
    summary: 'Every Region of every account: its mode, its last finding and poll, its gaps and its last drill',
    response: { 200: answers(Places), ...problems },
  }
  app.get('/api/coverage/places', { schema: places }, () => readPlaces(db))
}
