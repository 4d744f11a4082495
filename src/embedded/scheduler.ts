import type { StartConfig } from '#config'
import { keepHistories } from '#temporal/keep-histories'
import { createTemporal } from '#temporal/temporal'
import { type Keeping, keepRunning } from './child.ts'
import { temporalProgram } from './temporal-program.ts'
import { temporalLaunch } from './temporal-server.ts'

export interface StartedTemporal {
  readonly address: string
  readonly namespace: string
}

export interface TemporalWish {
  readonly config: Pick<StartConfig, 'temporal' | 'cache' | 'searchPath' | 'environment'>
  readonly port: number
  readonly metricsPort: number
  readonly database: string
  readonly say: (sentence: string) => void
}

/** As long as an auditor may ask for a history. */
const RETENTION_DAYS = 90

/** The server that TEMPORAL_ADDRESS names, which must have the namespace; else one of our own. Throws with what to do. */
export async function startTemporal(wish: TemporalWish, keeping: Keeping): Promise<StartedTemporal> {
  const { address, namespace, program } = wish.config.temporal
  if (address !== undefined) {
    await checkForeign(address, namespace)
    return { address, namespace }
  }
  const { cache, searchPath, environment } = wish.config
  const found = await temporalProgram({
    program,
    searchPath,
    cache,
    environment: environment.all,
    say: wish.say,
    signal: keeping.signal,
  })
  const server = { program: found, port: wish.port, metricsPort: wish.metricsPort, namespace, database: wish.database }
  keepRunning('temporal', () => temporalLaunch(server), keeping)
  const own = { address: `127.0.0.1:${wish.port}`, namespace }
  await keepHistories(own, RETENTION_DAYS)
  return own
}

/** A server that is not ours is never altered. */
async function checkForeign(address: string, namespace: string): Promise<void> {
  try {
    const temporal = await createTemporal({ address, namespace })
    await temporal.check()
    await temporal.close()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `The Temporal server at ${address} cannot be used (${why}). If it lacks the namespace: temporal operator namespace create --namespace ${namespace} --retention 2160h --address ${address}`,
      { cause },
    )
  }
}
