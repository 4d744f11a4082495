import type { Problem } from './answers.ts'
import { failure, refused } from './failure.ts'

const ANSWER_TIMEOUT_MS = 30_000

/** What follows the `?`; a list repeats its key. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

export interface Api {
  readonly url: string
  /** What becomes of documents before anybody sees them. */
  readonly shown: Shown
  readonly get: <T>(path: string, query?: Query) => Promise<T>
  readonly post: <T>(path: string, body?: unknown) => Promise<T>
  readonly remove: <T>(path: string, query?: Query) => Promise<T>
  /** Posts what signs somebody in, and answers the token of the sign-in. */
  readonly begin: (path: string, body: unknown) => Promise<string>
  /** The raw answer of a stream; aborting the signal ends it. */
  readonly open: (path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>
  /** The same Cordon as somebody else. */
  readonly as: (token: string) => Api
}

/** What becomes of documents before anybody sees them. */
export type Shown = (document: unknown) => unknown
const asIs: Shown = (document) => document

/** Cordon's API over HTTP. Throws a `Failure`: exit 1 when it refuses, 3 when there is no answer. */
export function createApi(url: string, token: string | undefined, shown: Shown = asIs): Api {
  const authorization: Readonly<Record<string, string>> =
    token === undefined ? {} : { authorization: `Bearer ${token}` }

  async function ask(method: string, address: string, body?: unknown): Promise<unknown> {
    const request = {
      method,
      headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }
    return documentOf(await reach(url, address, request), shown)
  }
  return {
    url,
    shown,
    get: (path, query) => ask('GET', withQuery(path, query)) as Promise<never>,
    post: (path, body) => ask('POST', path, body) as Promise<never>,
    remove: (path, query) => ask('DELETE', withQuery(path, query)) as Promise<never>,
    async begin(path, body) {
      const headers = { 'content-type': 'application/json' }
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
      const response = await reach(url, path, { method: 'POST', headers, signal, body: JSON.stringify(body) })
      await documentOf(response, shown)
      return tokenOf(response)
    },
    async open(path, headers, signal) {
      const response = await reach(url, path, { headers: { ...authorization, ...headers }, signal })
      if (!response.ok) await documentOf(response, shown)
      return response
    },
    as: (other) => createApi(url, other, shown),
  }
}

/** A page never sees its own token, which is in a cookie; a command needs it. */
function tokenOf(response: Response): string {
  const cookies = response.headers.getSetCookie()
  const token = cookies
    .map((cookie) => /^cordon_session=([^;]+)/.exec(cookie)?.[1])
    .find((found) => found !== undefined)
  if (token === undefined)
    throw failure(1, 'The answer holds no sign-in: something between here and Cordon took it away')
  return token
}

async function reach(url: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, url), request)
  } catch (cause) {
    if (isTimeout(cause))
      throw failure(
        3,
        `${url} did not answer within ${ANSWER_TIMEOUT_MS / 1000} s: ask cordon doctor what is wrong`,
        cause,
      )
    throw failure(3, `Cordon cannot be reached at ${url} (${reasonOf(cause)}): start it, or set CORDON_URL`, cause)
  }
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError'

// fetch says only “fetch failed”; its cause says why.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ')
  return cause instanceof Error ? cause.message : error.message
}

async function documentOf(response: Response, shown: Shown): Promise<unknown> {
  const text = await response.text()
  const document = shown(parsed(text))
  if (response.ok) return document
  throw refused(problemOf(response, document))
}

function parsed(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Something between us and Cordon answers in its own words.
    return text
  }
}

function problemOf({ status, statusText }: Response, document: unknown): Problem {
  if (typeof document === 'object' && document !== null && 'code' in document) return document as Problem
  return { status, code: 'unavailable', title: `HTTP ${status} ${statusText}`, detail: '' }
}

function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    [value ?? []].flat().map((text): [string, string] => [key, text]),
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}
