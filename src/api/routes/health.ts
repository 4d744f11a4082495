import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import type { Metrics } from '#api/metrics'
import { checkSimulator } from '#api/simulator'
import { activeBuild, checkDatabase } from '#store/metrics'

const PATIENCE_MS = 3000

/** Whether it lives, whether it can work, and what it counts. Open, so nothing secret is in it. */
export const healthRoutes: FastifyPluginAsyncTypebox<ApiDeps & { readonly metrics: Metrics }> = async (app, deps) => {
  const { db, workflows, simulator, metrics } = deps
  app.get('/healthz', { schema: { summary: 'Liveness', security: [] } }, async () => ({ status: 'ok' }))

  const parts: Readonly<Record<string, () => Promise<unknown>>> = {
    database: () => checkDatabase(db),
    temporal: () => workflows.check(),
    build: () => activeBuild(db),
    ...(simulator === null ? {} : { simulator: () => checkSimulator(simulator) }),
  }
  app.get('/readyz', { schema: { summary: 'Readiness by part', security: [] } }, async (_request, reply) => {
    const checked = await Promise.all(
      Object.entries(parts).map(async ([name, check]) => [name, await stateOf(check)] as const),
    )
    const isReady = checked.every(([, { ok }]) => ok)
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ready' : 'not ready', parts: Object.fromEntries(checked) })
  })

  app.get('/metrics', { schema: { summary: 'Prometheus metrics', security: [] } }, async (_request, reply) => {
    const { contentType, text } = await metrics.read()
    return reply.type(contentType).send(text)
  })

  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

type PartState = { readonly ok: true } | { readonly ok: false; readonly reason: string }

async function stateOf(check: () => Promise<unknown>): Promise<PartState> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    await Promise.race([check(), late])
    return { ok: true }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

// A refused connection has its reason in its parts.
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
