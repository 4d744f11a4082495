import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { MeasuredHome } from './home.ts'
import { cpuSeconds } from './processes.ts'

/** What one incident asked of the servers, which the floor asks of them too. */
export interface Hops {
  /** Calls of AWS in each remote activity. */
  readonly remote: readonly number[]
  /** Local activities, a committed row each. */
  readonly local: number
}

export interface Floor {
  /** Runs so many bare workflows, some at once. */
  readonly run: (count: number, atOnce: number) => Promise<void>
  /** Starts so many by signal, as fast as they are accepted; nobody works on them. */
  readonly signal: (count: number, atOnce: number) => Promise<void>
  readonly cpu: () => number
  readonly close: () => Promise<void>
}

/** A bare workflow on the servers of a home, served by two processes as Cordon's are: workflows and records, and calls of AWS. */
export async function openFloor(home: MeasuredHome, hops: Hops): Promise<Floor> {
  await home.database.query('create table if not exists floor_row (id text primary key)')
  const [victim] = await home.makeVictims(1)
  const workers = await Promise.all(
    (['workflows', 'aws'] as const).map((what) => startWorker(home, { what, user: victim?.name ?? '' })),
  )
  const { workflow } = home.temporal
  let number = 0
  const each = (count: number, atOnce: number, work: (id: string) => Promise<unknown>): Promise<unknown> => {
    const last = number + count
    const some = async (): Promise<void> => {
      while (number < last) await work(`floor/${number++}`)
    }
    return Promise.all(Array.from({ length: atOnce }, some))
  }
  return {
    run: async (count, atOnce) => {
      await each(count, atOnce, (workflowId) =>
        workflow.execute('floor', { workflowId, taskQueue: 'floor', args: [hops] }),
      )
    },
    signal: async (count, atOnce) => {
      await each(count, atOnce, (workflowId) =>
        workflow.signalWithStart('idle', { workflowId, taskQueue: 'nobody', signal: 'wake', signalArgs: [], args: [] }),
      )
    },
    cpu: () => cpuSeconds(workers.map(({ pid }) => pid ?? 0)),
    close: async () => {
      await Promise.all(workers.map(end))
    },
  }
}

const program = fileURLToPath(new URL('floor/worker.js', import.meta.url))
/** The heaps of Cordon's own processes. */
const NODE_OPTIONS = ['--max-semi-space-size=2', '--max-old-space-size=512']

async function startWorker(
  { home }: MeasuredHome,
  asked: { readonly what: 'workflows' | 'aws'; readonly user: string },
): Promise<ChildProcess> {
  const { temporal, database, aws } = home.ready()
  const credentials = aws.accounts[0]?.credentials
  const FLOOR = JSON.stringify({ ...temporal, databaseUrl: database, endpoint: aws.endpoint, ...credentials, ...asked })
  const worker = spawn(process.execPath, [...NODE_OPTIONS, program], {
    env: { ...process.env, FLOOR },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [first] = (await once(worker.stdout, 'data')) as [Buffer]
  if (!first.toString().startsWith('ready')) throw new Error(`The floor's worker said ${first.toString()}`)
  worker.stdout.resume()
  return worker
}

async function end(worker: ChildProcess): Promise<void> {
  const ended = once(worker, 'exit')
  worker.kill('SIGTERM')
  await ended
}
