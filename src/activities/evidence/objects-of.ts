import type { EvidenceKinds, LogLook, ObjectCalls } from '#domain/evidence'
import { MOST_OBJECT_ROWS, objectQuery } from '#domain/logs/object-query'
import { trailAskedOf } from '#domain/logs/trail-query'
import type { EvidenceDeps } from './activity-of.ts'
import { lookInto } from './logs/look-into.ts'
import type { LogRow } from './logs/run-query.ts'

interface Asked {
  readonly incident: string
  readonly question: EvidenceKinds['objectsOf']['question']
  readonly signal: AbortSignal
}

/** What the principal did to objects of S3, by the trail’s data events; `parts` says what kept it from being seen. */
export const objectsOf = (deps: EvidenceDeps, { question, ...asked }: Asked): Promise<LogLook<ObjectCalls>> =>
  lookInto(deps, {
    ...asked,
    kind: 'objects',
    account: question.principal.account,
    region: null,
    hours: question.hours,
    query: (log, window) => objectQuery(log, trailAskedOf(question.principal), window),
    read: callsIn,
    most: MOST_OBJECT_ROWS,
    unseen: ['Data events are written for the buckets alone that the trail’s event selectors name'],
  })

const callsIn = (row: LogRow): ObjectCalls => ({
  operation: row.eventname ?? '',
  bucket: row.bucket ?? '',
  address: row.sourceipaddress || null,
  errorCode: row.errorcode || null,
  calls: Number(row.calls ?? 0),
  bytes: Number(row.bytes ?? 0),
  first: row.first ?? '',
  last: row.last ?? '',
})
