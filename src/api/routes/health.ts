import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import type { Monitor } from '#monitoring/metrics'

/** Whether it lives, whether it can work, and what it counts. Open, so nothing secret is in it. */
export const healthRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly monitor: Monitor }> = async (
  app,
  { monitor },
) => {
  app.get('/healthz', { schema: { summary: 'Liveness', security: [] } }, async () => ({ status: 'ok' }))

  app.get('/readyz', { schema: { summary: 'Readiness by part', security: [] } }, async (_request, reply) => {
    const { isWell, parts } = await monitor.health()
    return reply.code(isWell ? 200 : 503).send({ status: isWell ? 'ready' : 'not ready', parts })
  })

  app.get('/metrics', { schema: { summary: 'Prometheus metrics', security: [] } }, async (_request, reply) => {
    const { contentType, text } = await monitor.expose()
    return reply.type(contentType).send(text)
  })

  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
