import { json, list, number, object, text } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I16')

const MOST_EVENTS = 5_000
const MOST_BYTES = 5 * 1024 * 1024
const MOST_PAYLOAD_BYTES = 128 * 1024
const MOST_PENDING = 200

/** I16: no run of a workflow grows without an end: events, bytes, what waits at once, and each payload. There are no updates, so none are counted. */
export const boundedHistories: Checker = ({ histories }) =>
  Object.entries(histories).flatMap(([name, written]) => {
    const events = list(object(json(written)), 'events').map(object)
    const most = Math.max(0, ...events.map((event) => largestPayload(JSON.stringify(event))))
    return [
      ...limited(name, { what: 'events', used: events.length, most: MOST_EVENTS }),
      ...limited(name, { what: 'bytes', used: Buffer.byteLength(written), most: MOST_BYTES }),
      ...limited(name, { what: 'bytes in one payload', used: most, most: MOST_PAYLOAD_BYTES }),
      ...limited(name, { what: 'activities at once', used: mostPending(events), most: MOST_PENDING }),
      ...(events.length === 0 ? [violation(name, 'it has no events')] : []),
      ...dense(name, events),
    ]
  })

interface Limit {
  readonly what: string
  readonly used: number
  readonly most: number
}

const limited = (name: string, { what, used, most }: Limit): readonly Violation[] =>
  used <= most ? [] : [violation(name, `it has ${used} ${what}, and ${most} may be`)]

/** Payloads are base64 in histories; local activities keep theirs in markers. */
const largestPayload = (event: string): number =>
  Math.max(0, ...[...event.matchAll(/"data":"([^"]*)"/g)].map(([, data = '']) => (data.length * BYTES) / CHARACTERS))

const BYTES = 3
const CHARACTERS = 4

function mostPending(events: readonly Readonly<Record<string, unknown>>[]): number {
  let pending = 0
  let most = 0
  for (const event of events) {
    const type = text(event, 'eventType')
    if (type === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED') pending += 1
    if (/^EVENT_TYPE_ACTIVITY_TASK_(COMPLETED|FAILED|TIMED_OUT|CANCELED)$/.test(type)) pending -= 1
    most = Math.max(most, pending)
  }
  return most
}

/** A history with a gap was not taken whole. */
function dense(name: string, events: readonly Readonly<Record<string, unknown>>[]): readonly Violation[] {
  const gap = events.findIndex((event, index) => number(event, 'eventId') !== index + 1)
  return gap < 0 ? [] : [violation(name, `event ${gap + 1} is missing`)]
}
