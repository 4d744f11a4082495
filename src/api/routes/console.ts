import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SESSION_COOKIE } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { askedAhead } from '#domain/console-list'
import { consolePlaces } from '#domain/console-place'
import { signInOf } from '#store/people/sessions'

const ABSENT =
  'Cordon is running. Its console is not built: run npm run build. The API is described at /api/openapi.json.\n'

/** The console’s files; every page works by address. */
export const consoleRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { consoleDir, db, log }) => {
  if (consoleDir !== null)
    await app.register(fastifyStatic, {
      root: consoleDir,
      index: false,
      wildcard: false,
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
    })
  const pageOf =
    (place: string) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      if (consoleDir === null) return reply.type('text/plain; charset=utf-8').send(ABSENT)
      if (await isSignedIn(request)) void reply.header('link', linkFor(place, request))
      return reply.sendFile('index.html', { cacheControl: false }).header('cache-control', 'no-cache')
    }
  /** Whoever is not has nothing asked ahead: the refusals would be shown to them after they signed in. */
  const isSignedIn = async ({ cookies }: FastifyRequest): Promise<boolean> => {
    const session = cookies[SESSION_COOKIE]
    try {
      return session !== undefined && (await signInOf(db, session)) !== null
    } catch (error) {
      log.warn({ err: error }, 'The record cannot be read; the page is sent without it')
      return false
    }
  }
  for (const [place, path] of Object.entries(consolePlaces)) app.get(path, { schema: { hide: true } }, pageOf(place))
}

/** Source: RFC 8288, and `preload` of the HTML standard. */
const linkFor = (place: string, { url }: FastifyRequest): string =>
  askedAhead(place, new URL(url, ANYWHERE).searchParams)
    .map((question) => `<${question}>; rel=preload; as=fetch; crossorigin`)
    .join(', ')

/** A request names no host. */
const ANYWHERE = 'http://cordon'
