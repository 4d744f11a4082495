import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { API_KEY_HEADER, callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { FindingsAnswer, sentIn } from '#api/finding-body'
import { createHearing } from '#api/hearing'
import type { RecordMetrics } from '#api/metrics'
import { createQuota } from '#api/quota'
import { FindingDetail, FindingQuery, FoundFindings } from '#api/schemas/finding'
import { answers, limitOf, problems } from '#api/schemas/parts'
import type { Waker } from '#api/waker'
import { pushSource } from '#domain/source'
import { createIntake, type Intake, type TakenIn, takeIn } from '#intake/take-in'
import { takeInMail } from '#intake/take-in-letter'
import { clock } from '#store/database/clock'
import { findingDetail, listFindings } from '#store/findings/finding-views'
import { administratorsOf } from '#store/sources/sources'
import { findingPushRoutes } from './finding-pushes.ts'

/** EventBridge’s and SQS’s limit is 1 MiB each; this many fit in one call. */
const BODY_LIMIT = 16 * 1024 * 1024
const PAGE = 50
/** Of one sender at once: each holds what it brought in memory. */
const MOST_CALLS = 64

type Deps = ApiDeps & { readonly waker: Waker; readonly metrics: RecordMetrics }

/** Where findings are taken in, and how whoever sent them is answered. */
export interface Receiving extends Deps {
  readonly arriving: Intake
  /** 202 with what became of them, after the commit; without findings nothing became of any. */
  readonly answer: (reply: FastifyReply, sender: string, taken: TakenIn | null) => FastifyReply
}

const NOTHING: TakenIn = { accepted: 0, duplicates: 0, quarantined: [], incidents: [], woken: [] }

export const findingRoutes: FastifyPluginAsyncTypebox<Deps> = async (app, deps) => {
  const { db, waker, metrics, log } = deps
  const arriving = createIntake(db)
  const quota = createQuota(MOST_CALLS)
  const heard = createHearing(db, log)
  const answer: Receiving['answer'] = (reply, sender, taken) => {
    const { woken, ...shown } = taken ?? NOTHING
    waker.wakeForFindings(woken)
    metrics.countDuplicates(shown.duplicates)
    if (taken !== null) heard(sender)
    return reply.code(202).send(shown)
  }
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
      const sent = sentIn(request)
      const { session: sender } = callerOf(request)
      return quota.within(sender, async () => {
        if (request.headers[API_KEY_HEADER] !== undefined)
          return answer(reply, DESTINATION, await fromEventBridge(deps, arriving, sent))
        return answer(reply, 'api', await takeIn({ db, intake: arriving, sent, channel: 'http', sender }))
      })
    })
    await intake.register(findingPushRoutes, { ...deps, arriving, answer })
  })
  await app.register(findingViewRoutes, deps)
}

const DESTINATION = 'api-destination'

/** An API destination of EventBridge: the event’s own account says whose findings they may be. */
async function fromEventBridge({ db }: ApiDeps, intake: Intake, sent: unknown): Promise<TakenIn> {
  const room = { db, intake, administrators: await administratorsOf(db) }
  return takeInMail(room, { sent, source: pushSource(DESTINATION), channelAccount: null, sentAt: await clock(db) })
}

const findingViewRoutes: FastifyPluginAsyncTypebox<Deps> = async (app, { db }) => {
  const list = {
    summary: 'Findings and what could not be read, newest first',
    querystring: FindingQuery,
    response: { 200: answers(FoundFindings), ...problems },
  }
  app.get('/api/findings', { schema: list }, async (request) => {
    const { limit, ...filter } = request.query
    const { items, next } = await listFindings(db, { ...filter, limit: limitOf(limit, PAGE) })
    return { findings: items, next }
  })

  const one = {
    summary: 'One finding with all its versions and where it ended',
    params: Type.Object({ id: Type.String() }),
    response: { 200: answers(FindingDetail), ...problems },
  }
  app.get('/api/findings/:id', { schema: one }, (request) => findingDetail(db, request.params.id))
}
