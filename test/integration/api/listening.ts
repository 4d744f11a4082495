import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { errorKinds, isErrorCode } from '#domain/errors'
import { tokenOf, type Who, type World } from './world.ts'

export interface Asked {
  readonly method?: string
  readonly who?: Who
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

export interface Answered {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into the answers of every route
  readonly body: any
}

export interface Listening {
  /** Asks over the network; whatever is refused must be refused with problem details of the closed list, or this throws. */
  readonly ask: (path: string, asked?: Asked) => Promise<Answered>
  /** Writes bytes as they are; answers what came back until the server hung up. */
  readonly say: (bytes: string) => Promise<string>
  /** A connection that has said this much, and says no more. */
  readonly begin: (bytes: string) => Promise<Socket>
  readonly port: number
}

/** Lets the api of a world answer on a port of its own. */
export async function listen(world: World): Promise<Listening> {
  const url = await world.app.listen({ host: '127.0.0.1', port: 0 })
  const port = Number(new URL(url).port)
  const begin = async (bytes: string): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(bytes)
    return socket
  }
  return {
    port,
    begin,
    async ask(path, { method = 'GET', who = 'responder', headers = {}, body } = {}) {
      const init = { method, headers: { authorization: `Bearer ${tokenOf(who)}`, ...headers } }
      const reply = await fetch(`${url}${path}`, body === undefined ? init : { ...init, body })
      const text = await reply.text()
      const answer = { status: reply.status, body: text === '' ? null : JSON.parse(text) }
      if (reply.status >= 400) requireProblem(`${method} ${path}`, answer, reply.headers.get('content-type'))
      return answer
    },
    async say(bytes) {
      const socket = await begin(bytes)
      let heard = ''
      socket.setEncoding('utf8').on('data', (text: string) => {
        heard += text
      })
      await once(socket, 'close')
      return heard
    },
  }
}

/** Throws for anything but a refusal as it should be: a 4xx of RFC 9457, with a code of the list and a sentence. */
function requireProblem(what: string, { status, body }: Answered, type: string | null): void {
  const { code, detail } = body
  const isProblem =
    type?.startsWith('application/problem+json') === true &&
    status < 500 &&
    typeof code === 'string' &&
    isErrorCode(code) &&
    errorKinds[code].http === status &&
    body.status === status &&
    typeof detail === 'string' &&
    detail.length > 10
  if (!isProblem) throw new Error(`${what} answered ${status} ${type}: ${JSON.stringify(body).slice(0, 500)}`)
}
