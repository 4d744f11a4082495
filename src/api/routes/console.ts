import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SESSION_COOKIE } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { consoleLists, listQuestion, type UsualList } from '#domain/console-list'
import { consolePlaces } from '#domain/console-place'

const ABSENT =
  'Cordon is running. Its console is not built: run npm run build. The API is described at /api/openapi.json.\n'

/** The console’s files; every page works by address. */
export const consoleRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { consoleDir }) => {
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
    (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
      consoleDir === null
        ? reply.type('text/plain; charset=utf-8').send(ABSENT)
        : reply
            .headers({ ...askedAtOnce(place, request), 'cache-control': 'no-cache' })
            .sendFile('index.html', { cacheControl: false })
  for (const [place, path] of Object.entries(consolePlaces)) app.get(path, { schema: { hide: true } }, pageOf(place))
}

/**
 * What the page’s script will ask first, for a browser to ask before it has the script; nothing for whom nobody is signed in. Source: RFC 8288, and
 * `preload` of the HTML standard.
 */
function askedAtOnce(place: string, { url, cookies }: FastifyRequest): { readonly link?: string } {
  if (cookies[SESSION_COOKIE] === undefined) return {}
  const { searchParams } = new URL(url, ANYWHERE)
  const lists: Readonly<Record<string, UsualList>> = consoleLists
  const list = lists[place]
  const questions = [ME, ...(list === undefined ? [] : [listQuestion(list, searchParams)])]
  return { link: questions.map((question) => `<${question}>; rel=preload; as=fetch; crossorigin`).join(', ') }
}

const ME = '/api/me'
/** A request names no host. */
const ANYWHERE = 'http://cordon'
