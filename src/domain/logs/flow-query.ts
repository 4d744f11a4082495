import type { LogPlace, LogTable } from './log-place.ts'
import { type LogQuery, type LogWindow, listLiteral, partitions, tableName } from './log-query.ts'

export const MOST_FLOW_ROWS = 200

const MS_PER_SECOND = 1000

/**
 * With whom network interfaces talked, the largest first, with one more row than is shown. Every column is in the default format; a sum is
 * called otherwise than its column, which ORDER BY would take it for.
 * Source: Amazon VPC, Flow log records, version 2; start and end are seconds since 1970.
 */
export function flowQuery(
  { place, table }: { readonly place: LogPlace; readonly table: LogTable },
  interfaces: readonly string[],
  window: LogWindow,
): LogQuery {
  const within = partitions(table, window)
  return {
    text: [
      'SELECT interface_id, srcaddr, dstaddr, dstport, protocol, action, sum(packets) AS total_packets, sum(bytes) AS total_bytes,',
      'min(start) AS first, max("end") AS last, count(*) AS records',
      `FROM ${tableName(place, table)}`,
      `WHERE ${within.text} AND start BETWEEN ? AND ?`,
      "AND contains(split(?, '|'), interface_id) AND log_status = 'OK'",
      'GROUP BY interface_id, srcaddr, dstaddr, dstport, protocol, action',
      `ORDER BY sum(bytes) DESC LIMIT ${MOST_FLOW_ROWS + 1}`,
    ].join('\n'),
    parameters: [...within.parameters, secondsOf(window.from), secondsOf(window.to), listLiteral(interfaces)],
  }
}

const secondsOf = (at: Date): string => String(Math.floor(at.getTime() / MS_PER_SECOND))
