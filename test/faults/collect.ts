import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { CallRow } from '#simulator/calls'
import { createTemporal, type TemporalPlace } from '#temporal/temporal'
import type { Played } from './play.ts'
import { readTables } from './record.ts'
import type { Fault, FaultRun } from './run.ts'
import type { Stage } from './stage.ts'

export interface Happened {
  readonly played: Played
  readonly faults: readonly Fault[]
  /** Milliseconds since 1970 at which the run began. */
  readonly since: number
  /** ISO time of the last release. */
  readonly faultsEndedAt?: string
}

/** Takes everything that a run has left behind, once it is quiet. Secrets of the simulated accounts stay where they are. */
export async function collect(stage: Stage, { played, faults, since, faultsEndedAt }: Happened): Promise<FaultRun> {
  const { calls } = (await stage.simulator('GET', `calls?since=${since}`)) as { readonly calls: readonly CallRow[] }
  const { state } = (await stage.simulator('GET', 'state')) as Pick<FaultRun, 'state'>
  return {
    calls,
    state: withoutSecrets(state),
    stateBefore: withoutSecrets(stage.stateBefore),
    tables: await readTables(stage.databaseUrl),
    histories: await historiesSince(stage.facts.temporal, since),
    client: played.client,
    pages: [...stage.pages],
    faults,
    ...(faultsEndedAt === undefined ? {} : { faultsEndedAt }),
    takenAt: new Date().toISOString(),
  }
}

/** Of every run of a workflow that began since then. */
export async function historiesSince(place: TemporalPlace, since: number): Promise<FaultRun['histories']> {
  const temporal = await createTemporal(place)
  try {
    const histories: Record<string, string> = {}
    const query = `StartTime >= "${new Date(since).toISOString()}"`
    for await (const { workflowId, runId } of temporal.client.workflow.list({ query })) {
      const history = await temporal.client.workflow.getHandle(workflowId, runId).fetchHistory()
      histories[`${workflowId}/${runId}`] = historyToJSON(history)
    }
    return histories
  } finally {
    await temporal.close()
  }
}

const SECRETS: ReadonlySet<string> = new Set(['secret', 'token', 'text', 'binary'])

/** The accounts’ secrets are nobody’s business. */
export const withoutSecrets = (state: FaultRun['state']): FaultRun['state'] =>
  JSON.parse(
    JSON.stringify(state, (name, value: unknown) =>
      SECRETS.has(name) && typeof value === 'string' ? 'kept back' : value,
    ),
  ) as FaultRun['state']
