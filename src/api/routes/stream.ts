import type { ServerResponse } from 'node:http'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { ApiDeps } from '#api/deps'
import type { Feed } from '#api/feed'
import { eventsAfter, type LoggedEvent } from '#store/incidents/timeline'

const HEARTBEAT_MS = 15_000
const RETRY_MS = 1000

const StreamQuery = Type.Object(
  { incident: Type.Optional(Type.String()), lastEventId: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) },
  { additionalProperties: false },
)

/** Server-sent events, at least once each: clients know an event by its id. */
export const streamRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly feed: Feed }> = async (
  app,
  { db, feed, log },
) => {
  const schema = {
    summary: 'Everything that happens, as server-sent events',
    description:
      'Resumable by `Last-Event-ID` (0 is from the beginning); without it, from now. Each event’s data is a timeline event with its `stream`.',
    querystring: StreamQuery,
  }
  app.get('/api/stream', { schema, exposeHeadRoute: false }, async (request, reply) => {
    const { incident, lastEventId } = request.query
    const header = request.headers['last-event-id']
    const last = typeof header === 'string' && /^\d{1,15}$/.test(header) ? header : lastEventId
    reply.hijack()
    const out = beginStream(reply.raw, reply.getHeaders())
    const sent = createSender(out, incident)
    try {
      const backlog: LoggedEvent[] = []
      let forward = (event: LoggedEvent): unknown => backlog.push(event)
      const heartbeat = setInterval(() => out.write(': still here\n\n'), HEARTBEAT_MS)
      // Heard before anything is waited for: a stream that ends at once must not keep the process from ending.
      out.once('close', () => clearInterval(heartbeat))
      const stop = await feed.listen(
        (event) => forward(event),
        () => out.end(),
      )
      if (out.closed) return stop()
      out.once('close', stop)
      if (last !== undefined) for await (const event of missedSince(Number(last))) sent(event)
      for (const event of backlog) sent(event)
      forward = sent
    } catch (error) {
      // The client comes back with its Last-Event-ID.
      log.warn({ err: error }, 'A stream could not be begun')
      out.end()
    }
  })

  async function* missedSince(last: number): AsyncGenerator<LoggedEvent> {
    const remembered = feed.deliveredAfter(last)
    if (remembered !== null) return yield* remembered
    for (let from = last; ; ) {
      const page = await eventsAfter(db, from)
      yield* page
      const end = page.at(-1)
      if (end === undefined) return
      from = end.id
    }
  }
}

function beginStream(
  out: ServerResponse,
  headers: Readonly<Record<string, number | string | string[] | undefined>>,
): ServerResponse {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out.setHeader(name, value)
  out.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // The stream is the connection’s last answer, so ending it lets a server that stops go.
    connection: 'close',
  })
  out.write(`retry: ${RETRY_MS}\n\n`)
  return out
}

/** Writes each event once, of the incident when one is meant. */
function createSender(out: ServerResponse, incident: string | undefined): (event: LoggedEvent) => void {
  const sent = new Set<number>()
  return (event) => {
    if (sent.has(event.id) || (incident !== undefined && event.stream !== incident)) return
    remember(sent, event.id)
    out.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`)
  }
}

const REMEMBERED = 10_000

function remember(sent: Set<number>, id: number): void {
  sent.add(id)
  const [oldest] = sent
  if (sent.size > REMEMBERED && oldest !== undefined) sent.delete(oldest)
}
