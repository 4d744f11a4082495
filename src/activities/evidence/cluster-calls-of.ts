import type { ClusterCalls, EvidenceKinds, LogLook } from '#domain/evidence'
import { clusterQuery, MOST_CLUSTER_ROWS } from '#domain/logs/cluster-query'
import type { EvidenceDeps } from './activity-of.ts'
import { lookInto } from './logs/look-into.ts'
import type { LogRow } from './logs/run-query.ts'

interface Asked {
  readonly incident: string
  readonly question: EvidenceKinds['clusterCallsOf']['question']
  readonly signal: AbortSignal
}

/** Who changed something in the cluster, read its secrets or named nobody, by its audit log; `parts` says what kept it from being seen. */
export const clusterCallsOf = (deps: EvidenceDeps, { question, ...asked }: Asked): Promise<LogLook<ClusterCalls>> =>
  lookInto(deps, {
    ...asked,
    kind: 'kubernetes',
    account: question.cluster.account,
    region: question.cluster.region,
    hours: question.hours,
    query: (log, window) => clusterQuery(log, question.cluster.name, window),
    read: callsIn,
    most: MOST_CLUSTER_ROWS,
    unseen: ['Reading of anything but secrets by somebody with a name is left out'],
  })

const callsIn = (row: LogRow): ClusterCalls => ({
  user: row.username ?? '',
  verb: row.verb ?? '',
  resource: row.resource ?? '',
  namespace: row.namespace || null,
  address: row.address || null,
  code: Number(row.code ?? 0),
  calls: Number(row.calls ?? 0),
  first: row.first ?? '',
  last: row.last ?? '',
})
