import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isApiToken } from '#domain/api-token'
import type { Role } from '#domain/votes'
import { refusal } from '#store/database/refusal'
import { exists } from '#store/incidents/views'
import { tokenSignIn } from '#store/people/api-tokens'
import { type SignIn, signInOf } from '#store/people/sessions'
import type { ApiDeps } from './deps.ts'
import { isListed, rolesFor, scopeFor } from './permissions.ts'

export const SESSION_COOKIE = 'cordon_session'
/** In which API destinations of EventBridge send their key: an API token. */
export const API_KEY_HEADER = 'x-api-key'

declare module 'fastify' {
  interface FastifyRequest {
    signIn: SignIn | null
  }
  interface FastifyContextConfig {
    /** What the route’s `id` or `hash` must name, so that 404 comes before 400. */
    readonly about?: 'incident' | 'plan' | 'change'
  }
}

/** Before anything of a request is read: who is it (401), may they (403), is there such a thing (404). */
export function guard(app: FastifyInstance, { db, publicUrl }: ApiDeps): void {
  app.decorateRequest('signIn', null)
  app.addHook('onRoute', ({ method, url }) => {
    const methods = typeof method === 'string' ? [method] : method
    const missing = methods.find((one) => isApi(url) && !isListed(one, url))
    if (missing !== undefined) throw new TypeError(`${missing} ${url} is not in the table of permissions`)
  })
  app.addHook('onRequest', async (request) => {
    const isUnknown = request.is404
    const url = isUnknown ? request.url : (request.routeOptions.url ?? request.url)
    const roles = isUnknown && !isApi(url) ? 'open' : rolesFor(request.method, url)
    if (roles === 'open') {
      // Nobody signs another site’s visitor in or out.
      if (isApi(url) && request.headers.authorization === undefined) refuseForeignOrigin(request, publicUrl)
      return
    }
    request.signIn = await authenticate(request)
    if (isUnknown) return
    refuseOthers(request.signIn, roles)
    refuseBeyondScopes(request.signIn, request.method, url)
    await requireThing(request)
  })

  async function authenticate(request: FastifyRequest): Promise<SignIn> {
    const bearer = bearerOf(request)
    const token = bearer ?? (request.headers.authorization === undefined ? request.cookies[SESSION_COOKIE] : undefined)
    if (bearer === undefined && token !== undefined) refuseForeignOrigin(request, publicUrl)
    const signIn = token === undefined ? null : await signInWith(token, bearer === token ? request.ip : null)
    if (signIn === null) throw refusal('not_authenticated', 'Sign in, or send a valid token as Authorization: Bearer …')
    return signIn
  }

  /** An API token comes in a header only, and from where it may come. */
  const signInWith = async (token: string, address: string | null): Promise<SignIn | null> => {
    if (!isApiToken(token)) return signInOf(db, token)
    return address === null ? null : tokenSignIn(db, token, address)
  }

  async function requireThing(request: FastifyRequest): Promise<void> {
    const { about } = request.routeOptions.config
    if (about === undefined) return
    const { id, hash } = request.params as { readonly id?: string; readonly hash?: string }
    const name = id ?? hash ?? ''
    if (!(await exists(db, about, name))) throw refusal('not_found', `There is no ${about} ${name}`)
  }
}

/** A key in its own header is an API token and nothing else. */
function bearerOf({ headers }: FastifyRequest): string | undefined {
  const key = headers[API_KEY_HEADER]
  if (headers.authorization === undefined && typeof key === 'string') return isApiToken(key) ? key : ''
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
}

function refuseOthers({ person, roles: theirs }: SignIn, roles: readonly Role[]): void {
  if (theirs.some((role) => roles.includes(role))) return
  const allowed = roles.join(' or ') || 'nobody'
  throw refusal('not_permitted', `${person.name} (${theirs.join(', ')}) may not do this: ${allowed} may`)
}

function refuseBeyondScopes({ kind, scopes }: SignIn, method: string, url: string): void {
  if (kind === 'person') return
  const scope = scopeFor(method, url)
  if (scope === null) throw refusal('not_permitted', 'An API token cannot do this: it is for a person who is signed in')
  if (!scopes.includes(scope)) throw refusal('not_permitted', `This API token lacks the scope ${scope}`)
}

export const isApi = (url: string): boolean => /^\/api(\/|\?|$)/.test(url)

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

// A cookie comes along by itself, so a change must come from our own page. Source: Fetch Metadata; RFC 6454.
function refuseForeignOrigin({ method, headers }: FastifyRequest, publicUrl: string): void {
  if (safeMethods.has(method)) return
  const site = headers['sec-fetch-site']
  const isForeign =
    site === undefined
      ? isForeignOrigin(headers.origin, headers.host, publicUrl)
      : site !== 'same-origin' && site !== 'none'
  if (isForeign) throw refusal('not_permitted', 'This request comes from another site')
}

function isForeignOrigin(origin: string | undefined, host: string | undefined, publicUrl: string): boolean {
  if (origin === undefined) return false
  const ours = new URL(publicUrl)
  if (origin === ours.origin) return false
  // On this machine the page also answers as 127.0.0.1. Where it has https, the same name in the clear is somebody in between.
  return ours.protocol === 'https:' || !URL.canParse(origin) || new URL(origin).host !== host
}

/** Who calls. Only for routes that are not open. */
export function callerOf(request: FastifyRequest): SignIn {
  if (request.signIn === null) throw refusal('not_authenticated', 'Sign in first')
  return request.signIn
}
