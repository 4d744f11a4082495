import { mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, answer } from './answer.ts'
import type { Addressed } from './asked.ts'
import { createDeliveries, type Intake } from './attacks/delivery.ts'
import { createDrills } from './attacks/drills.ts'
import { createCallLog } from './calls.ts'
import { answerControl, type Control, withClaimedAddress } from './control/control.ts'
import { createFaults } from './faults.ts'
import { createHolds } from './holds.ts'
import { letTimePass } from './passing-time.ts'
import { type Identities, keepIdentities } from './seed/identities.ts'
import { seedOrganization } from './seed/seed.ts'
import { loadService } from './services/index.ts'
import { openJournal } from './state/journal.ts'
import { createStore, draftOver } from './state/store.ts'
import { createTrail } from './trail/trail.ts'
import { AwsFault, notImplemented } from './wire/fault.ts'
import { jsonReply, type WireReply } from './wire/reply.ts'
import { readRequest, type WireRequest } from './wire/request.ts'
import { readSignedScope } from './wire/signature.ts'
import { commitTo, type Step, take, type World } from './world.ts'

export interface SimulatorOptions {
  /** Folder of the state; made when it is missing. */
  readonly dir: string
  /** Opens the control surface and the drills; without it they answer 404. */
  readonly controlToken?: string
  /** Where findings of drills are delivered. */
  readonly intake?: Intake
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** Told of requests that failed for a reason of our own; silent by default. */
  readonly report?: (failure: unknown) => void
}

export interface Simulator {
  /** Starts to answer on 127.0.0.1; 0 takes a free port. Resolves with the port. */
  readonly listen: (port: number) => Promise<number>
  /** Ends running drills and connections. */
  readonly close: () => Promise<void>
  readonly identities: Identities
}

/** Longer than clients keep a connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 75_000

/** Opens the simulated accounts of a folder; an empty folder gets a fresh organisation. */
export function createSimulator(options: SimulatorOptions): Simulator {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 })
  const { report = () => undefined } = options
  const { world, closeJournal } = openWorld(options)
  const deliveries = createDeliveries(world, options.intake, report)
  const drills = createDrills(world, deliveries)
  const control: Control = { world, drills, token: options.controlToken }
  let time: ReturnType<typeof letTimePass> | undefined
  const server = createServer((incoming, response) => void handle({ control, report }, incoming, response))
  server.keepAliveTimeout = KEEP_ALIVE_MS
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          deliveries.begin()
          time = letTimePass(world, report)
          resolve(portOf(server))
        })
      }),
    async close() {
      drills.stop()
      time?.stop()
      await closeServer(server)
      closeJournal()
    },
    identities: keepIdentities(options.dir, world.store.now()),
  }
}

function openWorld({ dir, clock = Date.now }: SimulatorOptions): {
  readonly world: World
  readonly closeJournal: () => void
} {
  const memory = { store: createStore(), trail: createTrail(), calls: createCallLog() }
  const journal = openJournal(dir, (entry) => take(memory, entry as Step))
  const world: World = {
    ...memory,
    faults: createFaults(Math.random),
    holds: createHolds(),
    clock,
    commit: (step) => commitTo(journal, memory, step),
  }
  if (memory.store.now().list('account', '').length === 0) {
    const { draft, changes } = draftOver(memory.store.now())
    seedOrganization(draft, clock())
    journal.append({ at: clock(), changes: changes(), trail: [] } satisfies Step)
    memory.store.apply(changes(), clock())
  }
  return { world, closeJournal: journal.close }
}

interface Handling {
  readonly control: Control
  readonly report: (failure: unknown) => void
}

async function handle(
  { control, report }: Handling,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const endpoint = `http://${incoming.headers.host ?? '127.0.0.1'}`
    const request = await readRequest(incoming)
    const reply = await replyTo(control, request, { endpoint, hungUp: hangUpOf(response) })
    if (reply === null) incoming.socket.destroy()
    else send(response, reply)
  } catch (failure) {
    if (failure instanceof AwsFault)
      return send(response, jsonReply(failure.status, { __type: failure.code, message: failure.message }))
    report(failure)
    send(response, jsonReply(500, { __type: 'InternalFailure', message: 'The simulator failed; its log says why.' }))
  }
}

/** The connection that a request came by. */
type Line = Pick<Addressed, 'endpoint' | 'hungUp'>

function hangUpOf(response: ServerResponse): AbortSignal {
  const hungUp = new AbortController()
  response.once('close', () => hungUp.abort())
  return hungUp.signal
}

async function replyTo(control: Control, received: WireRequest, line: Line): Promise<Answer> {
  if (received.path.startsWith('/_simulator/')) return answerControl(control, received)
  const request = withClaimedAddress(control, received)
  const signingName = readSignedScope(request)?.service ?? unsignedService(request)
  const service = await loadService(signingName)
  if (!service) throw notImplemented(`the service ${signingName}`)
  return answer(control.world, { service, request, ...line })
}

const unsignedService = (request: WireRequest): string =>
  request.body.toString('latin1', 0, 7) === 'Action=' ? 'sts' : 's3'

function send(response: ServerResponse, reply: WireReply): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(reply.status, {
    server: 'cordon-simulator',
    // HeadObject tells the length of a body that it does not send.
    'content-length': Buffer.byteLength(reply.body),
    ...reply.headers,
  })
  response.end(reply.body)
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
