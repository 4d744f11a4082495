import type { Event, LookupAttribute, LookupEventsRequest, LookupEventsResponse } from '@aws-sdk/client-cloudtrail'
import { throttled } from '#simulator/faults'
import type { TrailRow } from '#simulator/trail/trail'
import { fault } from './absent.ts'
import { type Call, reading, type Service } from './service.ts'

const MAX_RESULTS = 50
const MS_PER_SECOND = 1000

export const cloudtrail: Service = {
  signingName: 'cloudtrail',
  protocol: 'awsJson1_1',
  xmlNamespace: '',
  eventSource: 'cloudtrail.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-cloudtrail'),
  operations: {
    LookupEvents: reading<LookupEventsRequest, LookupEventsResponse>({ run: lookupEvents }),
  },
}

const recentLookups = new WeakMap<Call['trail'], Map<string, readonly number[]>>()

function lookupEvents(input: LookupEventsRequest, call: Call): LookupEventsResponse {
  limitRate(call)
  const size = pageSizeOf(input)
  const rows = rowsFor(input, call)
  const start = input.NextToken === undefined ? 0 : positionAfter(rows, input.NextToken)
  const page = rows.slice(start, start + size)
  const last = page.at(-1)
  const isMore = start + size < rows.length && last !== undefined
  return { Events: page.map(eventShape), ...(isMore ? { NextToken: Buffer.from(last.id).toString('base64url') } : {}) }
}

function pageSizeOf({ EventCategory, MaxResults: size = MAX_RESULTS }: LookupEventsRequest): number {
  if (EventCategory !== undefined)
    throw fault('InvalidEventCategoryException', 'Only management events can be looked up here.')
  if (size < 1 || size > MAX_RESULTS)
    throw fault('InvalidMaxResultsException', `A value between 1 and ${MAX_RESULTS} must be specified for MaxResults.`)
  return size
}

function rowsFor(input: LookupEventsRequest, call: Call): readonly TrailRow[] {
  const [attribute, ...others] = input.LookupAttributes ?? []
  if (others.length > 0) throw fault('InvalidLookupAttributesException', 'You can only use one lookup attribute.')
  return call.trail.find({
    account: call.account,
    region: call.region,
    now: call.at,
    ...(input.StartTime ? { from: input.StartTime.getTime() } : {}),
    ...(input.EndTime ? { until: input.EndTime.getTime() } : {}),
    matches: attribute ? matcherOf(attribute) : () => true,
  })
}

/** A token names the last event that was shown: events that come in later do not shift the pages. */
function positionAfter(rows: readonly TrailRow[], token: string): number {
  const id = Buffer.from(token, 'base64url').toString('latin1')
  const index = rows.findIndex((row) => row.id === id)
  if (index < 0) throw fault('InvalidNextTokenException', 'Invalid token')
  return index + 1
}

function limitRate(call: Call): void {
  const limit = call.faults.settings.lookupsPerSecond
  if (limit === 0) return
  const byPlace = recentLookups.get(call.trail) ?? new Map<string, readonly number[]>()
  recentLookups.set(call.trail, byPlace)
  const place = `${call.account}/${call.region}`
  const recent = (byPlace.get(place) ?? []).filter((at) => at > call.at - MS_PER_SECOND)
  if (recent.length >= limit) throw throttled(call.protocol)
  byPlace.set(place, [...recent, call.at])
}

function matcherOf({ AttributeKey: key, AttributeValue: value }: LookupAttribute): (row: TrailRow) => boolean {
  switch (key) {
    case 'EventId':
      return (row) => row.id === value
    case 'EventName':
      return (row) => row.name === value
    case 'ReadOnly':
      return (row) => String(row.readOnly) === value
    case 'Username':
      return (row) => row.username === value
    case 'ResourceType':
      return (row) => row.resources.some(({ type }) => type === value)
    case 'ResourceName':
      return (row) => row.resources.some(({ name }) => name === value)
    case 'EventSource':
      return (row) => row.source === value
    case 'AccessKeyId':
      return (row) => row.accessKeyId === value
    default:
      throw fault('InvalidLookupAttributesException', `The lookup attribute ${key} is not known.`)
  }
}

const eventShape = (row: TrailRow): Event => ({
  EventId: row.id,
  EventName: row.name,
  ReadOnly: String(row.readOnly),
  AccessKeyId: row.accessKeyId,
  EventTime: new Date(Math.floor(row.at / MS_PER_SECOND) * MS_PER_SECOND),
  EventSource: row.source,
  Username: row.username,
  Resources: row.resources.map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
  CloudTrailEvent: row.event,
})
