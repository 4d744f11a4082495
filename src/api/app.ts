import type { IncomingMessage, ServerResponse } from 'node:http'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController, type RawServerDefault } from 'fastify'
import { unsafety } from '#intake/unsafe'
import { refusal } from '#store/database/refusal'
import { guard } from './authentication.ts'
import type { ApiDeps } from './deps.ts'
import { createFeed } from './feed.ts'
import { jsonOf } from './json-body.ts'
import { monitorApi } from './monitor.ts'
import { answerBrokenRequest, answerError, sendProblem } from './problems.ts'
import { accountingRoutes } from './routes/accounting.ts'
import { accountRoutes } from './routes/accounts.ts'
import { auditRoutes } from './routes/audit.ts'
import { breakGlassRoutes } from './routes/break-glass.ts'
import { breakerRoutes } from './routes/breakers.ts'
import { changeRoutes } from './routes/changes.ts'
import { consoleRoutes } from './routes/console.ts'
import { contextRoutes } from './routes/context.ts'
import { coverageRoute } from './routes/coverage.ts'
import { delegationRoutes } from './routes/delegations.ts'
import { doctorRoutes } from './routes/doctor.ts'
import { drillRoutes } from './routes/drills.ts'
import { findingRoutes } from './routes/findings.ts'
import { freezeRoutes } from './routes/freeze.ts'
import { healthRoutes } from './routes/health.ts'
import { incidentPartRoutes } from './routes/incident-parts.ts'
import { incidentVerbRoutes } from './routes/incident-verbs.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { investigationRoutes } from './routes/investigations.ts'
import { leaseRoutes } from './routes/leases.ts'
import { numberRoutes } from './routes/numbers.ts'
import { oidcRoutes } from './routes/oidc.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { peopleRoutes } from './routes/people.ts'
import { planRoutes } from './routes/plans.ts'
import { policyRoutes } from './routes/policy.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { reputationRoutes } from './routes/reputation.ts'
import { reviewRoutes } from './routes/reviews.ts'
import { runbookRoutes } from './routes/runbooks.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { sourceRoutes } from './routes/sources.ts'
import { standingApprovalRoutes } from './routes/standing-approvals.ts'
import { streamRoutes } from './routes/stream.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { triageRoutes } from './routes/triage.ts'
import { createWaker } from './waker.ts'

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

const MAX_PARAM = 4096
/** How long a request may take to come in; 16 MiB take that long at 140 kB a second. */
const REQUEST_TIMEOUT_MS = 120_000

/** The HTTP side of Cordon; close it to end its streams and to wait for its signals. */
export async function buildApp(deps: ApiDeps): Promise<Api> {
  const app = fastify({
    loggerInstance: deps.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // Nothing is coerced, dropped or filled in: what does not fit is said.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true } },
    // Ids of findings are up to 512 characters, and their keys name account and Region besides.
    routerOptions: { maxParamLength: MAX_PARAM },
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Whose word counts on where a request came from: nobody’s, unless the installation names its proxies.
    trustProxy: deps.trustedProxies === undefined ? false : [...deps.trustedProxies],
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>()
  // Response schemas describe; they do not cut away what is added later.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 'not_found', `There is no ${request.method} ${request.url.split('?')[0]}`),
  )
  await registerPlugins(app, deps)
  guard(app, deps)
  await registerRoutes(app, deps)
  return app
}

const YEAR_SECONDS = 31_536_000

async function registerPlugins(app: Api, { publicUrl }: ApiDeps): Promise<void> {
  const isHttps = publicUrl.startsWith('https:')
  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        // No part of the console makes markup or script from text, so no policy may let it.
        trustedTypes: ["'none'"],
      },
    },
    hsts: isHttps ? { maxAge: YEAR_SECONDS } : false,
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cordon',
        version: '1',
        description: 'Incident response for AWS: every change exact, approved, verified and reversible',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'cordon_session' },
        },
      },
      security: [{ bearer: [] }, { cookie: [] }],
    },
  })
  acceptEmptyBodies(app)
}

// Many verbs need no body, and clients say that it is JSON all the same.
function acceptEmptyBodies(app: Api): void {
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const value: unknown = body.length === 0 ? undefined : jsonOf(Buffer.from(body), request)
      const reason = value === undefined ? null : unsafety(value)
      done(reason === null ? null : refusal('invalid_input', `The body cannot be taken in: ${reason}`), value)
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  })
}

/** How long requests on their way may take when the process is asked to stop. */
const PARTING_MS = 5000

async function registerRoutes(app: Api, deps: ApiDeps): Promise<void> {
  const waker = createWaker(deps.workflows, deps.log)
  const feed = createFeed(deps.db, deps.log)
  const { monitor, metrics } = monitorApi(deps)
  await app.register(signInRoutes, deps)
  await app.register(oidcRoutes, deps)
  await app.register(sessionRoutes, deps)
  await app.register(tokenRoutes, deps)
  await app.register(peopleRoutes, deps)
  await app.register(passkeyRoutes, deps)
  await app.register(findingRoutes, { ...deps, waker, metrics })
  await app.register(accountingRoutes, deps)
  await app.register(numberRoutes, deps)
  await app.register(auditRoutes, deps)
  await app.register(quarantineRoutes, { ...deps, waker })
  await app.register(sourceRoutes, { ...deps, waker })
  await app.register(coverageRoute, deps)
  await app.register(incidentRoutes, deps)
  await app.register(incidentPartRoutes, deps)
  await app.register(incidentVerbRoutes, { ...deps, waker })
  await app.register(investigationRoutes, { ...deps, waker })
  await app.register(reviewRoutes, deps)
  await app.register(planRoutes, { ...deps, waker })
  await app.register(breakGlassRoutes, { ...deps, waker })
  await app.register(leaseRoutes, { ...deps, waker })
  await app.register(breakerRoutes, deps)
  await app.register(freezeRoutes, { ...deps, waker })
  await app.register(delegationRoutes, deps)
  await app.register(policyRoutes, deps)
  await app.register(runbookRoutes, deps)
  await app.register(changeRoutes, deps)
  await app.register(contextRoutes, deps)
  await app.register(reputationRoutes, deps)
  await app.register(triageRoutes, deps)
  await app.register(standingApprovalRoutes, deps)
  await app.register(drillRoutes, { ...deps, waker })
  await app.register(doctorRoutes, deps)
  await app.register(accountRoutes, deps)
  await app.register(streamRoutes, { ...deps, feed })
  await app.register(healthRoutes, { ...deps, monitor })
  await app.register(consoleRoutes, deps)
  app.addHook('preClose', async () => {
    feed.close()
    setTimeout(() => app.server.closeAllConnections(), PARTING_MS).unref()
  })
  app.addHook('onClose', () => waker.settle())
}
