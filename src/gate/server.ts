import { createHash, timingSafeEqual } from 'node:crypto'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type ErrorCode, errorKinds } from '#domain/errors'
import type { Gate } from './gate.ts'
import { readEnd, readQuestion } from './questions.ts'

/** A question holds one target’s guard fields: far below this. */
const MAX_BODY_BYTES = 256 * 1024
/** The mode of the socket, and the mask that gives it that from its first moment. */
const openTo = {
  owner: { mode: 0o600, mask: 0o177 },
  group: { mode: 0o660, mask: 0o117 },
} as const

export interface GateServer {
  /** Answers on the socket; one that a killed gate left is replaced. */
  readonly listen: (socket: string) => Promise<void>
  readonly close: () => Promise<void>
}

export interface ServerOptions {
  readonly gate: Gate
  /** What the executor proves itself with. */
  readonly secret: string
  readonly log: Logger
  /** Who may open the socket; this user alone when nothing is said. */
  readonly access?: keyof typeof openTo
}

interface Reply {
  readonly status: number
  readonly body: object
}

/** The gate over HTTP/1.1 on a local socket: `POST /permits` and `POST /permits/{id}/outcome`, JSON. */
export function createGateServer(options: ServerOptions): GateServer {
  const server = createServer((request, response) => void answer(options, request, response))
  return {
    listen: (socket) => listen(server, socket, openTo[options.access ?? 'owner']),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

async function listen(server: Server, socket: string, { mode, mask }: { mode: number; mask: number }): Promise<void> {
  rmSync(socket, { force: true })
  // Between its making and its mode nobody else may slip in.
  const before = process.umask(mask)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(socket, resolve)
    })
  } finally {
    process.umask(before)
  }
  chmodSync(socket, mode)
}

async function answer(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await replyTo(options, request).catch((error: unknown): Reply => {
    options.log.error({ err: error }, 'A request failed: nothing was permitted')
    return refusal(isOutage(error) ? 'unavailable' : 'internal', 'The gate could not decide; its log says why')
  })
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

async function replyTo({ gate, secret }: ServerOptions, request: IncomingMessage): Promise<Reply> {
  if (!isFromExecutor(request, secret)) return refusal('not_authenticated', 'The gate answers the executor only')
  const path = /^\/permits(?:\/([0-9a-f-]{36})\/outcome)?$/.exec(request.url ?? '')
  if (request.method !== 'POST' || path === null) return refusal('not_found', 'There is no such call')
  const body = await readBody(request)
  if (body === TOO_LARGE) return refusal('too_large', `A question has at most ${MAX_BODY_BYTES} bytes`)
  return path[1] === undefined ? permit(gate, body) : end(gate, path[1], body)
}

async function permit(gate: Gate, body: unknown): Promise<Reply> {
  const question = readQuestion(body)
  if (question === null) return refusal('invalid_input', 'A question names plan, step and what was observed')
  const given = await gate.givePermit(question)
  return given.kind === 'refused' ? refusal(given.code, given.reason) : { status: 200, body: given }
}

async function end(gate: Gate, id: string, body: unknown): Promise<Reply> {
  const ended = readEnd(body)
  if (ended === null) return refusal('invalid_input', 'An end names the attempt and its outcome')
  const closing = await gate.endAttempt(id, ended)
  return closing.kind === 'refused' ? refusal(closing.code, closing.reason) : { status: 200, body: closing }
}

const refusal = (code: ErrorCode, reason: string): Reply => ({ status: errorKinds[code].http, body: { code, reason } })

/** Compares digests, so that neither content nor length can be measured. */
function isFromExecutor({ headers }: IncomingMessage, secret: string): boolean {
  const given = createHash('sha256')
    .update(headers.authorization ?? '')
    .digest()
  return timingSafeEqual(given, createHash('sha256').update(`Bearer ${secret}`).digest())
}

const TOO_LARGE = Symbol('too large')

/** The body’s JSON; undefined when it is none. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    // Read to its end all the same: a connection that is left half-read can neither be used again nor be closed.
    if (length <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (length > MAX_BODY_BYTES) return TOO_LARGE
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    // What is no JSON is no question either: the caller is told so.
    return undefined
  }
}

/** PostgreSQL’s classes of lost connections and exhausted resources, and the errors of the operating system; `ERR_…` are Node’s. */
const CONNECTION_FAILURE = /^(08|57P|53|E(?!RR_)[A-Z])/

/** Whether the database could not be reached; anything else is a bug of ours. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return CONNECTION_FAILURE.test(code) || /Connection terminated|timeout exceeded/i.test(error.message)
}
