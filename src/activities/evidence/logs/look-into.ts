import type { EvidenceDeps } from '#activities/evidence/activity-of'
import type { LogLook } from '#domain/evidence'
import { type LogKind, type LogPlace, type LogTable, logKinds } from '#domain/logs/log-place'
import type { LogQuery, LogWindow } from '#domain/logs/log-query'
import { type LogSeen, silenceOf } from '#domain/logs/log-state'
import { clock } from '#store/database/clock'
import { openLog } from './open-log.ts'
import { type LogRow, runQuery } from './run-query.ts'

const MS_PER_HOUR = 3_600_000

/** One question to one log. */
export interface Look<Row> {
  readonly kind: LogKind
  readonly incident: string
  readonly signal: AbortSignal
  readonly account: string
  readonly region: string | null
  readonly hours: number
  readonly query: (log: { readonly place: LogPlace; readonly table: LogTable }, window: LogWindow) => LogQuery
  readonly read: (row: LogRow) => Row
  /** How many rows are shown; the query asks for one more. */
  readonly most: number
  /** What this log does not show. */
  readonly unseen: readonly string[]
}

/** Asks the log, and says beside its rows what kept it from being seen. Throws only what may succeed later. */
export async function lookInto<Row>(deps: EvidenceDeps, look: Look<Row>): Promise<LogLook<Row>> {
  const { kind, incident, signal, account, region, hours, most } = look
  const to = new Date(await clock(deps.db))
  const window = { from: new Date(to.getTime() - hours * MS_PER_HOUR), to, account, region }
  const seen = (part: Omit<LogSeen, 'source'>, rows: readonly Row[] = []): LogLook<Row> => ({
    rows: rows.slice(0, most),
    from: window.from.toISOString(),
    to: to.toISOString(),
    parts: [{ source: logKinds[kind], ...part }],
    unseen: [
      ...(part.state === 'available' ? [...look.unseen, ...silenceOf(rows, logKinds[kind], window)] : []),
      ...(rows.length > most ? [`${logKinds[kind]}: more rows than the ${most} that are shown`] : []),
    ],
  })
  const opened = await openLog(deps, { kind, incident, signal })
  if (opened.kind === 'none') return seen(opened.seen)
  const answer = await runQuery(opened.log, () => look.query(opened.log, window))
  if (answer.kind === 'none') return seen(answer)
  const text = `${answer.rows.length} rows; ${answer.bytes} bytes were read by query ${answer.query}`
  return seen({ state: 'available', text }, answer.rows.map(look.read))
}
