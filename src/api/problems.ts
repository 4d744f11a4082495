import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, errorKinds } from '#domain/errors'
import { isRefusal } from '#store/database/refusal'
import { sqlState } from '#store/database/retrying'

const RETRY_AFTER_SECONDS = 5

/** Answers every error as RFC 9457 problem details with a code of the closed list. From 500 on the detail is generic. */
export function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code, detail } = problemOf(error)
  if (errorKinds[code].http >= 500 && !isRefusal(error))
    request.log.error({ err: error, ...subjectOf(request) }, 'A request failed')
  return sendProblem(reply, code, detail)
}

/** What the request was about, as its route names it: never the address itself, whose query may hold a token. */
function subjectOf({ method, routeOptions, params }: FastifyRequest): Readonly<Record<string, unknown>> {
  const { id, hash } = params as { readonly id?: string; readonly hash?: string }
  const route = routeOptions.url
  const isIncident = route?.startsWith('/api/incidents/') === true
  return { method, route, ...(isIncident ? { incident: id } : {}), ...(hash === undefined ? {} : { plan: hash }) }
}

export function sendProblem(reply: FastifyReply, code: ErrorCode, detail: string): FastifyReply {
  const { http } = errorKinds[code]
  if (http === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (http === 401) void reply.header('www-authenticate', 'Bearer realm="cordon"')
  return reply.code(http).type(PROBLEM).send(documentOf(code, detail))
}

const PROBLEM = 'application/problem+json'
const MAX_DETAIL = 1000

const documentOf = (code: ErrorCode, detail: string) => ({
  type: `urn:cordon:error:${code}`,
  title: errorKinds[code].means,
  status: errorKinds[code].http,
  code,
  // What is wrong may name every one of ten thousand members.
  detail: detail.length <= MAX_DETAIL ? detail : `${detail.slice(0, MAX_DETAIL)}…`,
})

/** Answers what is no HTTP request, or none that came in whole and in time, as far as anybody still listens; then hangs up. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy(error)
  const { code, detail } = brokenRequests[error.code ?? ''] ?? {
    code: 'invalid_input',
    detail: 'This is no HTTP/1.1 request: send it again with an ordinary HTTP client',
  }
  const body = JSON.stringify(documentOf(code, detail))
  const { http } = errorKinds[code]
  const head = [
    `HTTP/1.1 ${http} ${STATUS_CODES[http]}`,
    `content-type: ${PROBLEM}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

interface Problem {
  readonly code: ErrorCode
  readonly detail: string
}

function problemOf(error: FastifyError | Error): Problem {
  if (isRefusal(error)) return { code: error.refusal, detail: error.message }
  if (isUnstorable(error))
    return { code: 'invalid_input', detail: 'The request holds text or a number that cannot be stored' }
  if (sqlState(error) === UNIQUE_VIOLATION)
    return { code: 'conflict', detail: 'Somebody else did the same at this moment: look again' }
  if (isDatabaseAway(error))
    return { code: 'unavailable', detail: 'The database cannot be reached just now: try again in a few seconds' }
  if (sqlState(error) === DISK_FULL)
    return { code: 'unavailable', detail: 'The database has no space left: free some on its disk, then try again' }
  return problemOfHttp(error)
}

function problemOfHttp(error: FastifyError | Error): Problem {
  const { code, statusCode = 500 } = error as Partial<FastifyError>
  const known = code === undefined ? undefined : httpProblems[code]
  if (known !== undefined) return known
  if (statusCode >= 400 && statusCode < 500) return { code: 'invalid_input', detail: error.message }
  return { code: 'internal', detail: 'Something failed inside Cordon; its log says what' }
}

const brokenRequests: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: { code: 'too_large', detail: 'The head of the request is larger than 16 KiB: send less in it' },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'invalid_input',
    detail: 'The request did not come in whole in time: send it again, and faster or in smaller parts',
  },
}

const httpProblems: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'too_large',
    detail: 'The request is larger than is accepted: 16 MiB of findings, 1 MiB of anything else',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'invalid_input', detail: 'Send JSON, with content-type: application/json' },
}

const UNIQUE_VIOLATION = '23505'
const DISK_FULL = '53100'

// Class 22: data that does not fit its column. Source: PostgreSQL, appendix A.
const isUnstorable = (error: Error): boolean => /^22[0-9A-Z]{3}$/.test(sqlState(error))

const away = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'ENOENT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '25P03',
  '53300',
  '08000',
  '08003',
  '08006',
]

// The pool has no code for a connection that ended under a query, or before it.
const isDatabaseAway = (error: Error): boolean =>
  away.includes(sqlState(error)) ||
  /^(Connection terminated|Client has encountered a connection error)/.test(error.message)
