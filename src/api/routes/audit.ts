import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { ApiDeps } from '#api/deps'
import { EntryParams, LogEntry, LogPage, LogQuestion, SealState } from '#api/schemas/audit'
import { answers, limitOf, problems } from '#api/schemas/parts'
import { logEntry, sealState, searchLog } from '#store/log/log-search'

const USUAL = 50

/** The log for who audits it: to search, to read entry by entry, and to see how far it is sealed. */
export const auditRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const search = {
    summary: 'Events of the whole log, newest first, by actor, type, incident and time',
    querystring: LogQuestion,
    response: { 200: answers(LogPage), ...problems },
  }
  app.get('/api/audit/events', { schema: search }, async ({ query: { incident, limit, ...asked } }) => {
    const stream = incident === undefined ? {} : { stream: incident }
    const { items, next } = await searchLog(db, { ...asked, ...stream, limit: limitOf(limit, USUAL) })
    return { events: items, next }
  })

  const one = {
    summary: 'One entry as it is stored, its hash, and whether the signed tree holds it',
    params: EntryParams,
    response: { 200: answers(LogEntry), ...problems },
  }
  app.get('/api/audit/events/:id', { schema: one }, async ({ params: { id } }) => {
    const { bytes, ...entry } = await logEntry(db, id)
    return { ...entry, entry: bytes.toString('utf8') }
  })

  const exact = {
    summary: 'The bytes of one entry, as they were hashed',
    params: EntryParams,
    response: { 200: Type.Unsafe<Buffer>(Type.Unknown()), ...problems },
  }
  app.get('/api/audit/events/:id/bytes', { schema: exact }, async ({ params: { id } }, reply) => {
    const { bytes } = await logEntry(db, id)
    return reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename="cordon-log-entry-${id}.json"`)
      .send(bytes)
  })

  const seal = {
    summary: 'How far the log is sealed: the newest signed checkpoint, and what waits for the next',
    response: { 200: answers(SealState), ...problems },
  }
  app.get('/api/audit/seal', { schema: seal }, () => sealState(db))
}
