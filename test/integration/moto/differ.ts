import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { type RunningMoto, startMoto } from '../../support/moto.ts'
import { prepareDiffer } from '../../support/python.ts'
import { type FreshSimulator, type Place, startFreshSimulator } from './fresh-simulator.ts'

/** The simulated account; moto is told to be the same one. */
const ACCOUNT = '111122223333'
const PROGRAM = new URL('differ', import.meta.url).pathname
export const KNOWN = new URL('known-differences.json', import.meta.url).pathname

export interface Found {
  readonly sequence: readonly unknown[]
  readonly differences: readonly { readonly call: string; readonly at: string; readonly moto: unknown }[]
}

export interface Differ {
  /** Gives an order of `differ/__main__.py` to the Python program; resolves with its answer. */
  readonly ask: <Answer>(order: Readonly<Record<string, unknown>>) => Promise<Answer>
  readonly stop: () => Promise<void>
}

/** Starts moto and the simulator side by side. */
export async function startDiffer(): Promise<Differ> {
  const [python, moto, simulator] = await Promise.all([
    prepareDiffer(),
    startMoto(ACCOUNT),
    startFreshSimulator(ACCOUNT),
  ])
  const places = { moto: placeOf(moto), simulator: simulator.place }
  return {
    ask: async (order) => JSON.parse(await runPython(python, { known: KNOWN, ...order, places })),
    stop: () => stopBoth(moto, simulator),
  }
}

const placeOf = ({ endpoint }: RunningMoto): Place => ({
  endpoint,
  fresh: `${endpoint}/moto-api/reset`,
  credentials: { AccessKeyId: 'test', SecretAccessKey: 'test' },
})

async function stopBoth(moto: RunningMoto, simulator: FreshSimulator): Promise<void> {
  moto.stop()
  await simulator.stop()
}

/** The program sees nothing of the machine’s own AWS set-up. */
async function runPython(python: string, order: object): Promise<string> {
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const child = spawn(python, ['-W', 'error::SyntaxWarning', PROGRAM], { env })
  child.stdin.end(JSON.stringify(order))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [out, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (code !== 0) throw new Error(`The comparison ended with ${code}: ${complaints}`)
  return out
}
