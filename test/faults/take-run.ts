import type { CallRow } from '#simulator/calls'
import { createTemporal } from '#temporal/temporal'
import { controlOf, type Home, until } from '../e2e/installation.ts'
import type { ReceivedWebhook } from '../support/webhook-receiver.ts'
import { historiesSince, withoutSecrets } from './collect.ts'
import { readTable, readTables } from './record.ts'
import type { ClientCall, FaultRun } from './run.ts'

export interface Noted {
  readonly client: readonly ClientCall[]
  readonly received: readonly ReceivedWebhook[]
}

const MS_PER_SECOND = 1000

/** Takes what a home without faults has in its database, its Temporal and its simulated accounts, once everything is sealed; to be kept with the tests. */
export async function takeRun(home: Home, { client, received }: Noted): Promise<FaultRun> {
  const { database, temporal } = home.ready()
  await watchesOver(home)
  await sealed(database)
  const control = controlOf(home)
  const { calls } = (await control('GET', 'calls')) as { readonly calls: readonly CallRow[] }
  const { state } = (await control('GET', 'state')) as Pick<FaultRun, 'state'>
  return withoutMachine({
    calls,
    state: withoutSecrets(state),
    tables: await readTables(database),
    histories: withoutWhiteSpace(await historiesSince(temporal, 0)),
    client,
    pages: received.map(({ headers, body }) => ({
      webhookId: String(headers['webhook-id']),
      body: JSON.parse(body) as unknown,
      at: new Date(Number(headers['webhook-timestamp']) * MS_PER_SECOND).toISOString(),
    })),
    faults: [],
    takenAt: new Date().toISOString(),
  })
}

/** A containment is watched after it holds; what the watch finds belongs to the run. */
async function watchesOver(home: Home): Promise<void> {
  const temporal = await createTemporal(home.ready().temporal)
  await until(async () => {
    const running: string[] = []
    for await (const id of temporal.runningWorkflowIds()) running.push(id)
    return running.every((id) => !id.startsWith('plan/'))
  })
  await temporal.close()
}

const sealed = (database: string): Promise<void> =>
  until(async () => (await readTable(database, 'audit_pending')).length === 0)

const withoutWhiteSpace = (histories: FaultRun['histories']): FaultRun['histories'] =>
  Object.fromEntries(Object.entries(histories).map(([id, text]) => [id, JSON.stringify(JSON.parse(text))]))

/** The name of the machine is nobody’s business. */
const withoutMachine = (run: FaultRun): FaultRun =>
  JSON.parse(JSON.stringify(run).replaceAll(/\d+@[\w.-]+(?=\\*")/g, '1@cordon')) as FaultRun
