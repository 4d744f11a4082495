import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the receiver says to a request: a status, or nothing at all. */
export type Reply = (received: ReceivedWebhook, nth: number) => number | 'silence' | { readonly redirect: string }

export interface WebhookReceiver {
  readonly url: string
  /** Everything that came, whatever was answered. */
  readonly received: readonly ReceivedWebhook[]
  readonly stop: () => Promise<void>
}

/** An HTTP server of its own on a free port of this machine. */
export async function startWebhookReceiver(reply: Reply = () => 200): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
      received.push(one)
      const answer = reply(one, received.length)
      if (answer === 'silence') return
      if (typeof answer === 'number') response.writeHead(answer).end('thank you')
      else response.writeHead(307, { location: answer.redirect }).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
