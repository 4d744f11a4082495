import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { DrillRun, Drills } from '#api/schemas/drills'
import { answers, problems } from '#api/schemas/parts'
import { askSimulator, drillsOffered } from '#api/simulator'
import type { Waker } from '#api/waker'
import { refusal } from '#store/database/refusal'
import { drillRuns, endEarlierDrills, startDrill } from '#store/incidents/drills'

const NewDrill = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
    account: Type.Optional(Type.String({ pattern: '^[0-9]{12}$' })),
  },
  { additionalProperties: false },
)

/** Rehearsals in simulated accounts. */
export const drillRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, simulator, waker } = deps
  app.get(
    '/api/drills',
    {
      schema: {
        summary: 'The drills there are, and those that were run',
        response: { 200: answers(Drills), ...problems },
      },
    },
    async () => ({
      areSimulated: simulator !== null,
      ...(simulator === null ? { drills: [], accounts: [] } : await drillsOffered(simulator)),
      runs: await drillRuns(db),
    }),
  )

  const one = {
    summary: 'One run, with its incident as soon as there is one',
    params: Type.Object({ id: Type.String() }),
    response: { 200: answers(DrillRun), ...problems },
  }
  app.get('/api/drills/:id', { schema: one }, async (request) => {
    const [run] = await drillRuns(db, request.params.id)
    if (run === undefined) throw refusal('not_found', `There is no drill ${request.params.id}`)
    return run
  })

  const start = {
    summary: 'Play an attack in a simulated account',
    description: 'What earlier runs of the same drill left open is closed first.',
    body: NewDrill,
    response: { 201: answers(DrillRun), ...problems },
  }
  app.post('/api/drills', { schema: start }, async (request, reply) => {
    if (simulator === null)
      throw refusal('conflict', 'Drills play attacks, so they run in simulated accounts only; these accounts are real')
    const { name, account } = request.body
    const { person } = callerOf(request)
    waker.wake(...(await endEarlierDrills(db, { name, account, person })))
    const findingIds = await askSimulator(simulator, name, account)
    const { id } = await startDrill(db, { name, findingIds, person })
    const [run] = await drillRuns(db, id)
    return reply.code(201).send(run)
  })
}
