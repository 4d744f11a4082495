import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, orNull, problems, Time } from '#api/schemas/parts'
import { Sources } from '#api/schemas/sources'
import type { Waker } from '#api/waker'
import { refusal } from '#store/database/refusal'
import { reportSuspicion } from '#store/findings/reports'
import { backfillOf, requestBackfill } from '#store/sources/backfills'
import { listSources } from '#store/sources/sources'

const AccountId = Type.String({ pattern: '^[0-9]{12}$' })
const Region = Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]+$' })
const Place = Type.String({ minLength: 1, maxLength: 512 })

const NewBackfill = Type.Object(
  {
    since: Time,
    account: Type.Optional(AccountId),
    region: Type.Optional(Region),
  },
  { additionalProperties: false },
)

const BackfillView = Type.Object({
  id: Type.String(),
  since: Time,
  account: orNull(Type.String()),
  region: orNull(Type.String()),
  requestedBy: Type.String(),
  found: Type.Integer({ description: 'Findings that were read; those that were known are duplicates' }),
  problem: orNull(Type.String()),
  doneAt: orNull(Time),
})

const NewReport = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 16_384, pattern: '\\S', description: 'What you think is wrong' }),
    place: Type.Optional(Place),
    account: Type.Optional(AccountId),
    region: Type.Optional(Region),
  },
  { additionalProperties: false },
)

const MOST_DAYS = 90
const DAY_MS = 86_400_000

/** Where findings come from, what of them is heard, and what people tell themselves. */
export const sourceRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly waker: Waker }> = async (app, deps) => {
  const { db, waker } = deps
  const list = {
    summary: 'Where findings come from, and when anything was heard from there last',
    response: { 200: answers(Sources), ...problems },
  }
  app.get('/api/sources', { schema: list }, async () => ({ sources: await listSources(db) }))

  const fill = {
    summary: 'Have older findings read, where they are polled; detectors keep them for 90 days',
    body: NewBackfill,
    response: { 202: answers(BackfillView), ...problems },
  }
  app.post('/api/sources/backfills', { schema: fill }, async (request, reply) => {
    const { since, account = null, region = null } = request.body
    const ago = Date.now() - Date.parse(since)
    if (!(ago > 0 && ago <= (MOST_DAYS + 1) * DAY_MS))
      throw refusal('invalid_input', `since must be in the last ${MOST_DAYS} days`)
    const asked = { since: new Date(since).toISOString(), account, region }
    return reply.code(202).send(await requestBackfill(db, asked, callerOf(request).person))
  })

  const filled = {
    summary: 'How far a backfill is',
    params: Type.Object({ id: Type.String() }),
    response: { 200: answers(BackfillView), ...problems },
  }
  app.get('/api/sources/backfills/:id', { schema: filled }, async (request) => {
    const { id } = request.params
    const found = await backfillOf(db, id)
    if (found === undefined) throw refusal('not_found', `There is no backfill ${id}`)
    return found
  })

  const report = {
    summary: 'Report that something is wrong, anywhere; opens an incident, and a person is called to it',
    body: NewReport,
    response: { 201: answers(Type.Object({ finding: Type.String(), incident: Type.String() })), ...problems },
  }
  app.post('/api/reports', { schema: report }, async (request, reply) => {
    const { text, place = null, account = null, region = null } = request.body
    const received = await reportSuspicion(db, { text, place, account, region }, callerOf(request).person)
    waker.wake(received)
    return reply.code(201).send({ finding: received.finding, incident: received.incident })
  })
}
