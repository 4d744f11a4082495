import type { AskedName, EvidenceKinds, LogLook } from '#domain/evidence'
import { MOST_NAMES, nameQuery } from '#domain/logs/name-query'
import type { EvidenceDeps } from './activity-of.ts'
import { lookInto } from './logs/look-into.ts'
import type { LogRow } from './logs/run-query.ts'

interface Asked {
  readonly incident: string
  readonly question: EvidenceKinds['namesOf']['question']
  readonly signal: AbortSignal
}

/** The names that the instance asked for, by the Resolver’s query logs; `parts` says what kept it from being seen. */
export const namesOf = (deps: EvidenceDeps, { question, ...asked }: Asked): Promise<LogLook<AskedName>> =>
  lookInto(deps, {
    ...asked,
    kind: 'dns',
    account: question.instance.account,
    region: question.instance.region,
    hours: question.hours,
    query: (log, window) => nameQuery(log, question.instance.instanceId, window),
    read: nameIn,
    most: MOST_NAMES,
    unseen: ['Names that were asked of another resolver than the VPC’s are in no query log'],
  })

const nameIn = (row: LogRow): AskedName => ({
  name: row.query_name ?? '',
  type: row.query_type ?? '',
  code: row.rcode ?? '',
  queries: Number(row.queries ?? 0),
  first: row.first ?? '',
  last: row.last ?? '',
})
