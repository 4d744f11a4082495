import { type IncomingMessage, request } from 'node:http'
import { isErrorCode } from '#domain/errors'
import { readSecretly } from '#domain/json'
import type { AttemptEnd, PermitAnswer, PermitQuestion, Refused } from '#domain/permit'

/** Longer than the gate waits for STS. */
const ANSWER_TIMEOUT_MS = 30_000
const HTTP_OK = 200

export interface GateOptions {
  readonly socket: string
  readonly secret: string
}

/** The gate, as the executor knows it. When it cannot be reached the answer is `unavailable`: nothing is permitted. */
export interface GateClient {
  readonly ask: (question: PermitQuestion) => Promise<PermitAnswer>
  readonly end: (permit: string, end: AttemptEnd) => Promise<{ readonly kind: 'closed' } | Refused>
}

export function createGateClient(options: GateOptions): GateClient {
  return {
    ask: async (question) => {
      const { status, body } = await post(options, '/permits', question)
      // The gate is ours, and of this version: they are built together.
      return status === HTTP_OK ? (body as PermitAnswer) : refusalIn(body)
    },
    end: async (permit, end) => {
      const { status, body } = await post(options, `/permits/${permit}/outcome`, end)
      return status === HTTP_OK ? { kind: 'closed' } : refusalIn(body)
    },
  }
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

function refusalIn(body: unknown): Refused {
  const { code, reason } = (typeof body === 'object' && body !== null ? body : {}) as {
    code?: unknown
    reason?: unknown
  }
  return {
    kind: 'refused',
    code: typeof code === 'string' && isErrorCode(code) ? code : 'unavailable',
    reason: typeof reason === 'string' ? reason : 'The gate gave no reason',
  }
}

async function post(options: GateOptions, path: string, content: object): Promise<Reply> {
  try {
    return await exchange(options, path, JSON.stringify(content))
  } catch (error) {
    return { status: 0, body: { code: 'unavailable', reason: `The gate cannot be reached: ${String(error)}` } }
  }
}

function exchange({ socket, secret }: GateOptions, path: string, text: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    }
    const asking = request(
      { socketPath: socket, path, method: 'POST', headers, timeout: ANSWER_TIMEOUT_MS },
      (response) => {
        readReply(response).then(resolve, reject)
      },
    )
    asking.once('timeout', () => asking.destroy(new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`)))
    asking.once('error', reject)
    asking.end(text)
  })
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  // It may hold the credentials of a session.
  const body = readSecretly(Buffer.concat(chunks).toString('utf8'), 'The answer of the gate')
  return { status: response.statusCode ?? 0, body }
}
