import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { ApiDeps } from '#api/deps'
import { createOidcClient, type OidcClient } from '#api/oidc'
import { answerError } from '#api/problems'
import { answers, problems } from '#api/schemas/parts'
import { beginSession, cookieTerms } from '#api/session-cookie'
import { isRefusal, refusal } from '#store/database/refusal'
import { personOfIdentity } from '#store/people/identities'
import { keepPending, takePending } from '#store/people/oidc-sign-ins'
import { countAttempt } from '#store/people/sign-in-attempts'

const STATE_COOKIE = 'cordon_oidc'
const PATH = '/api/sign-in/oidc'
const STATE_SECONDS = 600

const Ways = Type.Object({ password: Type.Boolean(), oidc: Type.Boolean() })

/** Signing in by the identity provider. */
export const oidcRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const { db, publicUrl, oidc } = deps
  const client = oidc === undefined ? undefined : createOidcClient(oidc, `${publicUrl}${PATH}/callback`)
  // The provider sends the browser back from another site, with which a strict cookie would not come along.
  const cookie = { ...cookieTerms(publicUrl), sameSite: 'lax', path: PATH } as const

  const ways = { summary: 'How one can sign in here', security: [], response: { 200: answers(Ways), ...problems } }
  app.get('/api/sign-in', { schema: ways }, () => ({ password: true, oidc: client !== undefined }))

  const departure = { summary: 'Go to the identity provider', security: [] }
  app.get(PATH, { schema: departure, errorHandler: leadBack }, async (request, reply) => {
    const provider = configured(client)
    await countAttempt(db, { person: null, address: request.ip })
    const { state, url, ...pending } = await provider.depart()
    await keepPending(db, state, pending)
    return reply.setCookie(STATE_COOKIE, state, { ...cookie, maxAge: STATE_SECONDS }).redirect(url.href)
  })

  const callback = {
    summary: 'Come back from the identity provider; sets the session cookie',
    security: [],
    querystring: Type.Object({ state: Type.Optional(Type.String({ maxLength: 512 })) }, { additionalProperties: true }),
  }
  app.get(`${PATH}/callback`, { schema: callback, errorHandler: leadBack }, async (request, reply) => {
    const arriving = configured(client)
    const { state = '' } = request.query
    // The browser that comes back is the one that left: nobody is signed in as somebody else by a link.
    const pending = state !== '' && state === request.cookies[STATE_COOKIE] ? await takePending(db, state) : undefined
    if (pending === undefined)
      throw refusal('not_authenticated', 'This sign-in was begun elsewhere, was used or is over: sign in again')
    const identity = await arriving.arrive(new URL(request.url, publicUrl), { ...pending, state })
    const person = await personOfIdentity(db, identity)
    await beginSession(deps, { request, reply }, { person, means: 'oidc' })
    return reply.clearCookie(STATE_COOKIE, cookie).redirect('/', SEE_OTHER)
  })
}

const SEE_OTHER = 303

/** A person in a browser is led to where they sign in, with the code of the refusal alone; a program is told the problem. */
function leadBack(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (isRefusal(error) && request.headers.accept?.includes('text/html') === true)
    void reply.redirect(`/sign-in?refused=${error.refusal}`, SEE_OTHER)
  else void answerError(error, request, reply)
}

function configured(client: OidcClient | undefined): OidcClient {
  if (client === undefined)
    throw refusal('not_found', 'No identity provider is set up here: CORDON_OIDC_ISSUER names one')
  return client
}
