import type { LogPlace, LogTable } from './log-place.ts'
import { type LogQuery, type LogWindow, listLiteral, literal, partitions, secondText, tableName } from './log-query.ts'

export const MOST_CLUSTER_ROWS = 200

/** What changes something, or acts as somebody else. Source: Kubernetes, request verbs. */
const CHANGES = ['create', 'update', 'patch', 'delete', 'deletecollection', 'impersonate']
/** What is worth knowing when it is only read. */
const CONFIDENTIAL = ['secrets']
/** Source: Kubernetes, anonymous requests. */
const ANONYMOUS = 'system:anonymous'

/**
 * Who changed something in a cluster, read its secrets, or named nobody, the latest first, with one more row than is shown.
 * Source: Kubernetes, audit.k8s.io/v1 Event; its `user` is the column `actor`; account, Region and cluster are partitions: an event names none of them.
 */
export function clusterQuery(
  { place, table }: { readonly place: LogPlace; readonly table: LogTable },
  cluster: string,
  window: LogWindow,
): LogQuery {
  const within = partitions(table, window)
  return {
    text: [
      'SELECT actor.username AS username, verb, objectref.resource AS resource, objectref.namespace AS namespace,',
      'element_at(sourceips, 1) AS address, responsestatus.code AS code, count(*) AS calls,',
      'min(requestreceivedtimestamp) AS first, max(requestreceivedtimestamp) AS last',
      `FROM ${tableName(place, table)}`,
      `WHERE ${within.text} AND "cluster" = ? AND requestreceivedtimestamp BETWEEN ? AND ? AND stage = 'ResponseComplete'`,
      "AND (contains(split(?, '|'), verb) OR contains(split(?, '|'), objectref.resource) OR actor.username = ?)",
      'GROUP BY actor.username, verb, objectref.resource, objectref.namespace, element_at(sourceips, 1), responsestatus.code',
      `ORDER BY max(requestreceivedtimestamp) DESC LIMIT ${MOST_CLUSTER_ROWS + 1}`,
    ].join('\n'),
    parameters: [
      ...within.parameters,
      literal(cluster),
      literal(secondText(window.from)),
      literal(secondText(window.to)),
      listLiteral(CHANGES),
      listLiteral(CONFIDENTIAL),
      literal(ANONYMOUS),
    ],
  }
}
