import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Monitor } from './metrics.ts'

export interface MonitorPlace {
  readonly host: string
  readonly port: number
}

/** Answers `GET /healthz` and `GET /metrics` and nothing else; without a place nobody listens. Returns how it is ended. */
export async function serveMonitor(monitor: Monitor, place: MonitorPlace | undefined): Promise<() => Promise<void>> {
  if (place === undefined) return async () => undefined
  const server = createServer((request, response) => void answer(monitor, request.url ?? '', response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(place.port, place.host, resolve)
  })
  // A scraper that hangs does not keep the process from ending.
  server.unref()
  return () => end(server)
}

async function answer(monitor: Monitor, url: string, response: ServerResponse): Promise<void> {
  const read = answers[url.split('?')[0] ?? '']
  const { status, contentType, text } = await (read ?? nothing)(monitor).catch((error: unknown) => failed(error))
  response.writeHead(status, { 'content-type': contentType }).end(text)
}

interface Answer {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

const answers: Readonly<Record<string, (monitor: Monitor) => Promise<Answer>>> = {
  '/healthz': async ({ health }) => {
    const { isWell, parts } = await health()
    return {
      status: isWell ? 200 : 503,
      contentType: 'application/json',
      text: JSON.stringify({ status: isWell ? 'ok' : 'not ok', parts }),
    }
  },
  '/metrics': async ({ expose }) => ({ status: 200, ...(await expose()) }),
}

const nothing = async (): Promise<Answer> => ({
  status: 404,
  contentType: 'text/plain',
  text: 'There is no such page\n',
})

const failed = (error: unknown): Answer => ({
  status: 500,
  contentType: 'text/plain',
  text: `${error instanceof Error ? error.message : String(error)}\n`,
})

const end = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
