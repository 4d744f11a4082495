import { setTimeout as pause } from 'node:timers/promises'
import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  type Row,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { translateError } from '#activities/aws/translate-error'
import { refusedBy } from '#activities/evidence/part'
import { type LogQuery, Unaskable } from '#domain/logs/log-query'
import { endedState, type LogSeen } from '#domain/logs/log-state'
import type { OpenLog } from './open-log.ts'

const ASK_EVERY_MS = 500
const PAGE_SIZE = 1_000

/** One row, by the names of its columns; what is null in the table is null. */
export type LogRow = Readonly<Record<string, string | null>>

export type LogAnswer =
  | { readonly kind: 'rows'; readonly rows: readonly LogRow[]; readonly bytes: number; readonly query: string }
  | { readonly kind: 'none'; readonly state: LogSeen['state']; readonly text: string }

/**
 * Asks the log what the query that is made says, and waits for the answer, within its time. A query that is not waited for is stopped.
 * Throws only what may succeed later.
 */
export async function runQuery(log: OpenLog, make: () => LogQuery): Promise<LogAnswer> {
  try {
    return await ask(log, make())
  } catch (error) {
    log.signal.throwIfAborted()
    if (error instanceof Unaskable) return { kind: 'none', state: 'failed', text: error.message }
    return { kind: 'none', ...refusedBy(error) }
  }
}

async function ask(log: OpenLog, { text, parameters }: LogQuery): Promise<LogAnswer> {
  const { athena, place, until } = log
  if (Date.now() >= until) return outOfTime(log)
  const { QueryExecutionId: query = '' } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: text,
      ExecutionParameters: [...parameters],
      QueryExecutionContext: { Database: place.database },
      WorkGroup: place.workgroup,
    }),
  )
  const ended = await stoppedUnlessEnded(log, query)
  if (ended === undefined) return outOfTime(log)
  const { State: state, StateChangeReason: reason = 'Athena does not say why' } = ended.Status ?? {}
  if (state !== 'SUCCEEDED') return { kind: 'none', state: endedState(reason), text: `query ${query}: ${reason}` }
  return { kind: 'rows', rows: await rowsOf(log, query), bytes: ended.Statistics?.DataScannedInBytes ?? 0, query }
}

const outOfTime = ({ place }: OpenLog): LogAnswer => ({
  kind: 'none',
  state: 'out of time',
  text: `no answer within ${place.seconds} seconds: the query was stopped`,
})

const RUNNING: readonly (string | undefined)[] = ['QUEUED', 'RUNNING']

/** The query when it has ended; undefined when its time is over. */
async function stoppedUnlessEnded(log: OpenLog, query: string): Promise<QueryExecution | undefined> {
  const ended = await endOf(log, query).catch(async (error: unknown) => {
    await stop(log, query)
    throw error
  })
  if (ended === undefined) await stop(log, query)
  return ended
}

async function endOf({ athena, until, signal }: OpenLog, query: string): Promise<QueryExecution | undefined> {
  for (;;) {
    const { QueryExecution: seen } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: query }))
    if (seen !== undefined && !RUNNING.includes(seen.Status?.State)) return seen
    if (Date.now() + ASK_EVERY_MS > until) return undefined
    await pause(ASK_EVERY_MS, undefined, { signal })
  }
}

/** A query that cannot be stopped has the workgroup’s limit of bytes still; what matters is the failure before. */
async function stop({ athena }: OpenLog, query: string): Promise<void> {
  try {
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: query }))
  } catch (error) {
    translateError(error)
  }
}

/** Within the row limit that every query has. The first row of the first page are the names. */
async function rowsOf({ athena }: OpenLog, query: string): Promise<readonly LogRow[]> {
  const rows: Row[] = []
  let names: readonly string[] = []
  let NextToken: string | undefined
  do {
    const page = await athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: query, MaxResults: PAGE_SIZE, NextToken }),
    )
    names = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = '' }) => Name)
    rows.push(...(page.ResultSet?.Rows ?? []))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return rows
    .slice(1)
    .map(({ Data = [] }) => Object.fromEntries(names.map((name, at) => [name, Data[at]?.VarCharValue ?? null])))
}
