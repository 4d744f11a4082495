import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

const HOST = '127.0.0.1'
const ANSWER_TIMEOUT_MS = 2000

/** Where Temporal’s SDK tells what it counts: it answers only by a server of its own. */
export interface TemporalMetrics {
  /** Host and port, for the SDK to listen at. */
  readonly address: string
  /** In Prometheus’s text format. Throws when the SDK does not answer. */
  readonly read: () => Promise<string>
}

export async function openTemporalMetrics(): Promise<TemporalMetrics> {
  const address = `${HOST}:${await freePort()}`
  return {
    address,
    read: async () => {
      const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
      return answer.text()
    },
  }
}

/** One that nobody has now: should somebody take it before the SDK does, the process ends and is started again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
