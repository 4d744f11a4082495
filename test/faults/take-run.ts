import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import pg from 'pg'
import type { CallRow } from '#simulator/calls'
import { createTemporal } from '#temporal/temporal'
import { type Home, until } from '../e2e/installation.ts'
import type { ReceivedWebhook } from '../support/webhook-receiver.ts'
import type { ClientCall, FaultRun, Row } from './run.ts'

export interface Noted {
  readonly client: readonly ClientCall[]
  readonly received: readonly ReceivedWebhook[]
}

/** Takes what a home without faults has in its database, its Temporal and its simulated accounts, once everything is sealed; without secrets. */
export async function takeRun(home: Home, { client, received }: Noted): Promise<FaultRun> {
  await watchesOver(home)
  const { calls } = await control<{ calls: readonly CallRow[] }>(home, 'calls')
  const { state } = await control<Pick<FaultRun, 'state'>>(home, 'state')
  return withoutSecrets({
    calls,
    state,
    tables: await tablesOf(home),
    histories: await historiesOf(home),
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

const MS_PER_SECOND = 1000

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

async function control<T>(home: Home, path: string): Promise<T> {
  const token = controlToken(home)
  const { endpoint } = home.ready().aws
  const response = await fetch(`${endpoint}/_simulator/${path}`, { headers: { authorization: `Bearer ${token}` } })
  if (!response.ok) throw new Error(`The simulator answered ${response.status} to ${path}`)
  return (await response.json()) as T
}

const controlToken = ({ folder }: Home): string => readFileSync(join(folder, 'secrets', 'control-token'), 'utf8').trim()

async function tablesOf(home: Home): Promise<FaultRun['tables']> {
  const database = new pg.Client({ connectionString: home.ready().database })
  await database.connect()
  try {
    await until(async () => (await database.query('select 1 from audit_pending limit 1')).rowCount === 0)
    const { rows: names } = await database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
    )
    const tables: Record<string, readonly Row[]> = {}
    for (const { name } of names) {
      const { rows } = await database.query<{ row: Row }>(`select to_jsonb(t) as row from "${name}" t`)
      tables[name] = rows.map(({ row }) => row)
    }
    return tables
  } finally {
    await database.end()
  }
}

async function historiesOf(home: Home): Promise<FaultRun['histories']> {
  const temporal = await createTemporal(home.ready().temporal)
  const histories: Record<string, string> = {}
  for await (const { workflowId, runId } of temporal.client.workflow.list()) {
    const history = await temporal.client.workflow.getHandle(workflowId, runId).fetchHistory()
    // As it is, without the white space.
    histories[`${workflowId}/${runId}`] = JSON.stringify(JSON.parse(historyToJSON(history)))
  }
  await temporal.close()
  return histories
}

const SECRETS = ['secret', 'token', 'text', 'binary']

/** The accounts’ secrets and the name of the machine are nobody’s business. */
function withoutSecrets(run: FaultRun): FaultRun {
  const text = JSON.stringify({ ...run, state: withoutMembers(run.state) })
  return JSON.parse(text.replaceAll(/\d+@[\w.-]+(?=\\*")/g, '1@cordon')) as FaultRun
}

const withoutMembers = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, member: unknown) =>
      SECRETS.includes(name) && typeof member === 'string' ? 'kept back' : member,
    ),
  )
