import type { LogPlace, LogTable } from './log-place.ts'
import { type LogQuery, type LogWindow, literal, partitions, secondText, tableName } from './log-query.ts'

export const MOST_NAMES = 200

/**
 * The names that an instance asked the Resolver of its VPC for, the most frequent first, with one more row than is shown.
 * Source: Amazon Route 53, Resolver query logs; query_timestamp is text in ISO 8601.
 */
export function nameQuery(
  { place, table }: { readonly place: LogPlace; readonly table: LogTable },
  instance: string,
  window: LogWindow,
): LogQuery {
  const within = partitions(table, window)
  return {
    text: [
      'SELECT query_name, query_type, rcode, count(*) AS queries, min(query_timestamp) AS first, max(query_timestamp) AS last',
      `FROM ${tableName(place, table)}`,
      `WHERE ${within.text} AND query_timestamp BETWEEN ? AND ? AND srcids.instance = ?`,
      'GROUP BY query_name, query_type, rcode',
      `ORDER BY count(*) DESC LIMIT ${MOST_NAMES + 1}`,
    ].join('\n'),
    parameters: [
      ...within.parameters,
      literal(secondText(window.from)),
      literal(secondText(window.to)),
      literal(instance),
    ],
  }
}
