import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { ApiDeps } from '#api/deps'
import { jsonOf } from '#api/json-body'
import type { RecordMetrics } from '#api/metrics'
import { answers, Limit, limitOf, orNull, problems, Time } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { createIntake, takeIn } from '#intake/take-in'
import { findingDetail, listFindings } from '#store/finding-views'
import { refusal } from '#store/refusal'

/** EventBridge’s and SQS’s limit is 1 MiB each; this many fit in one call. */
const BODY_LIMIT = 16 * 1024 * 1024
const PAGE = 50

const FindingsAnswer = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  quarantined: Type.Array(Type.Object({ index: Type.Integer(), reason: Type.String() })),
  incidents: Type.Array(Type.Object({ finding: Type.String(), incident: Type.String() })),
})

const FindingRow = Type.Object({
  id: Type.String(),
  source: orNull(Type.String()),
  version: orNull(Type.String()),
  type: orNull(Type.String()),
  account: orNull(Type.String()),
  region: orNull(Type.String()),
  severity: orNull(Type.Number()),
  state: Type.Union([Type.Literal('accepted'), Type.Literal('quarantined')]),
  incident: orNull(Type.String()),
  reason: orNull(Type.String()),
  receivedAt: Time,
})

const FindingList = Type.Object({ findings: Type.Array(FindingRow), next: orNull(Type.String()) })

/** As `listFindings` writes it: a time to the microsecond, and what was received then. */
const FindingCursor = Type.String({
  maxLength: 1024,
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6} .',
  description: '`next` of the page before',
})

const FindingQuery = Type.Object(
  {
    state: Type.Optional(Type.Union([Type.Literal('accepted'), Type.Literal('quarantined')])),
    incident: Type.Optional(Type.String()),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(FindingCursor),
  },
  { additionalProperties: false },
)

type Deps = ApiDeps & { readonly waker: Waker; readonly metrics: RecordMetrics }

export const findingRoutes: FastifyPluginAsyncTypebox<Deps> = async (app, { db, waker, metrics }) => {
  const arriving = createIntake(db)
  await app.register(async (intake) => {
    // Parsed here and not by Fastify: one bad finding must not refuse the others.
    intake.removeAllContentTypeParsers()
    intake.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    )
    const schema = {
      summary: 'Hand in findings: one, many or wrapped',
      description:
        '202 after the commit. What cannot be read is quarantined and never stops the rest; the same version again is a duplicate.',
      response: { 202: answers(FindingsAnswer), ...problems },
    }
    intake.post('/api/findings', { schema, bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const answer = await takeIn({
        db,
        intake: arriving,
        sent: sentIn(request),
        channel: 'http',
      })
      for (const one of answer.woken) waker.wake(one)
      metrics.countDuplicates(answer.duplicates)
      const { woken: _, ...shown } = answer
      return reply.code(202).send(shown)
    })
  })

  const list = {
    summary: 'Findings and what could not be read, newest first',
    querystring: FindingQuery,
    response: { 200: answers(FindingList), ...problems },
  }
  app.get('/api/findings', { schema: list }, async (request) => {
    const { limit, ...filter } = request.query
    const { items, next } = await listFindings(db, { ...filter, limit: limitOf(limit, PAGE) })
    return { findings: items, next }
  })

  const one = {
    summary: 'One finding with all its versions and where it ended',
    params: Type.Object({ id: Type.String() }),
  }
  app.get('/api/findings/:id', { schema: one }, (request) => findingDetail(db, request.params.id))
}

function sentIn(request: FastifyRequest): object {
  const { body } = request
  if (!Buffer.isBuffer(body) || body.length === 0)
    throw refusal('invalid_input', 'The body is empty: send a finding as JSON')
  const value = jsonOf(body, request)
  if (typeof value !== 'object' || value === null)
    throw refusal('invalid_input', 'The body must be a JSON object or array: put the finding into one')
  return value
}
