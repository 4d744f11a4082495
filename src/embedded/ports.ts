import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { readIfThere, writePrivately } from './private-file.ts'

const HOST = '127.0.0.1'
// Below what systems give to outgoing connections, so that a port is still free when its server comes back.
const LOWEST = 20_000
const HIGHEST = 32_000
const ATTEMPTS = 50

/** Processes that tell their health and metrics at a port of their own; the api does it at its one port. */
export const monitored = ['worker', 'executor', 'gate', 'sealer', 'intake', 'temporal'] as const
const names = ['postgres', 'temporal', 'simulator', ...monitored.map((part) => `${part}-metrics` as const)] as const
export type Ports = Readonly<Record<(typeof names)[number], number>>

/** Whether a server could listen there now. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)))
  })

/** A port of 127.0.0.1 that nobody uses, and that is not promised to anybody. */
export async function freePort(taken: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST, HIGHEST)
    if (!taken.includes(port) && (await isFree(port))) return port
  }
  throw new Error(`No free port was found between ${LOWEST} and ${HIGHEST}: end some of the servers on this machine.`)
}

/** The ports of a home: those of its last start where they are free, so that addresses stay. */
export async function keepPorts(file: string): Promise<Ports> {
  const kept = JSON.parse(readIfThere(file) ?? '{}') as Partial<Ports>
  const ports: Record<string, number> = {}
  const taken = () => Object.values(ports)
  for (const name of names) {
    const before = kept[name]
    ports[name] = before !== undefined && (await isFree(before)) ? before : await freePort(taken())
  }
  writePrivately(file, `${JSON.stringify(ports)}\n`)
  return ports as Ports
}
