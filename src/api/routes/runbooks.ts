import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ApiDeps } from '#api/deps'
import { answers, problems } from '#api/schemas/parts'
import { Runbooks } from '#api/schemas/runbooks'
import type { Operation } from '#domain/catalogue/entry'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import { activeRunbooks } from '#store/builds/runbooks'

/** What Cordon would do, before it does anything. */
export const runbookRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const schema = {
    summary:
      'The runbooks of the build in use: what they handle, the actions they name, and the permissions these need',
    response: { 200: answers(Runbooks), ...problems },
  }
  app.get('/api/runbooks', { schema }, async () => {
    const { build, runbooks } = await activeRunbooks(db)
    return { build, runbooks: runbooks.map((runbook) => ({ ...runbook, actions: runbook.actions.map(actionOf) })) }
  })
}

function actionOf(name: ActionName) {
  const { title, phase, target, tier, reversible, operations, reads } = catalogue[name]
  return {
    name,
    title,
    phase,
    target,
    tier,
    reversible,
    changes: permissionsOf(operations),
    reads: permissionsOf(reads),
  }
}

const permissionsOf = (operations: readonly Operation[]): readonly string[] => [
  ...new Set(operations.flatMap(({ permissions }) => permissions)),
]
