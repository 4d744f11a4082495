import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiDeps } from '#api/deps'
import { consolePlaces } from '#domain/console-place'

const paths = Object.values(consolePlaces)

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
  const page = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    consoleDir === null
      ? reply.type('text/plain; charset=utf-8').send(ABSENT)
      : reply.sendFile('index.html', { cacheControl: false }).header('cache-control', 'no-cache')
  for (const path of paths) app.get(path, { schema: { hide: true } }, page)
}
