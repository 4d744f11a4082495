import { createServer, type IncomingMessage, type RequestOptions, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** When a process dies: at its nth message that has an effect, before anybody got it or when nobody can answer any more. */
export interface Death {
  readonly nth: number
  readonly moment: 'before' | 'after'
}

/** All that an executor can reach. After its death nothing comes through, so that nothing it still does has an effect. */
export interface Lifeline {
  /** AWS, and the gate’s socket, as the executor sees them. */
  readonly endpoint: string
  readonly socket: string
  /** Aborted at the death. */
  readonly signal: AbortSignal
  /** Messages with an effect until now: writes to AWS, and everything that is said to the gate. */
  readonly messages: () => number
  readonly close: () => Promise<void>
}

export interface Ends {
  readonly endpoint: string
  readonly socket: string
  readonly folder: string
}

let lifelines = 0

/** Stands between an executor and all that it talks to, on real connections. */
export async function openLifeline(to: Ends, death: Death | null): Promise<Lifeline> {
  const dying = new AbortController()
  let messages = 0
  const passes = async (incoming: IncomingMessage, ask: (body: Buffer) => RequestOptions, isSaid: Said) => {
    const body = await bodyOf(incoming)
    if (dying.signal.aborted) return null
    const isLast = isSaid(incoming, body) && (messages += 1) === death?.nth
    if (isLast && death.moment === 'before') dying.abort()
    if (dying.signal.aborted) return null
    const answer = await forwarded(ask(body), body)
    if (isLast) dying.abort()
    return dying.signal.aborted ? null : answer
  }
  const { hostname, port } = new URL(to.endpoint)
  const aws = serving((incoming) => passes(incoming, () => ({ ...asIs(incoming), hostname, port }), isWrite))
  const gate = serving((incoming) =>
    passes(
      incoming,
      () => ({ ...asIs(incoming), socketPath: to.socket }),
      () => true,
    ),
  )
  lifelines += 1
  const socket = join(to.folder, `lifeline-${lifelines}.sock`)
  await listening(aws, { port: 0, host: '127.0.0.1' })
  await listening(gate, { path: socket })
  return {
    endpoint: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    socket,
    signal: dying.signal,
    messages: () => messages,
    close: async () => {
      for (const server of [aws, gate]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

type Said = (incoming: IncomingMessage, body: Buffer) => boolean

/** GuardDuty’s and Security Hub’s GetFindings. */
const READ_BY_POST = /\/get$|^\/findings$/

/** By the name of the operation, or by the address where a protocol has only that. */
function isWrite({ headers, method, url = '' }: IncomingMessage, body: Buffer): boolean {
  const target = headers['x-amz-target']
  const operation =
    typeof target === 'string' ? target.split('.').at(-1) : new URLSearchParams(body.toString()).get('Action')
  if (operation === null || operation === undefined) return method !== 'GET' && !READ_BY_POST.test(url)
  return !/^(Get|List|Describe|Simulate|AssumeRole)/.test(operation)
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

const serving = (answerTo: (incoming: IncomingMessage) => Promise<Answer | null>): Server =>
  createServer((incoming, response) => {
    answerTo(incoming).then(
      (answer) => {
        if (answer === null) return void incoming.socket.destroy()
        response.writeHead(answer.status, answer.headers).end(answer.body)
      },
      () => incoming.socket.destroy(),
    )
  })

const listening = (server: Server, where: object): Promise<void> =>
  new Promise((resolve) => server.listen(where, () => resolve()))

const asIs = ({ method, url, headers }: IncomingMessage): RequestOptions => ({ method, path: url, headers })

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const forwarded = (options: RequestOptions, body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asking = request(options, (answer) => {
      bodyOf(answer).then(
        (content) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: content }),
        reject,
      )
    })
    asking.once('error', reject)
    asking.end(body)
  })
