import type { FaultRun, Row } from '../run.ts'
import { eventsOf, isNull, object, repeated, rowsOf, text, time } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I17')
const CONSOLE = 'console'
/** A page is tried on its channels and then on the others, for as long each; then it has arrived or is given up. */
const ENDED_AFTER_MS = 600_000

/**
 * I17: each call to a person arrives, or everybody can see that it did not; none is doubled. A repeated delivery of one page under
 * its one id is no second page: receivers know it by the id. Left out: how quickly a page arrives.
 */
export const pages: Checker = (run) => [...once(run), ...ended(run), ...confirmed(run), ...received(run), ...told(run)]

const doubled = (rows: readonly Row[], keyOf: (row: Row) => string, what: string): readonly Violation[] =>
  repeated(rows.map(keyOf)).map((key) => violation(key, what))

const once = (run: FaultRun): readonly Violation[] => [
  ...doubled(
    rowsOf(run, 'page'),
    (row) => ['incident', 'key', 'person'].map((name) => text(row, name)).join(' '),
    'a person was paged twice for one thing',
  ),
  ...doubled(rowsOf(run, 'page'), (row) => text(row, 'id'), 'two pages have one id'),
  ...doubled(
    rowsOf(run, 'delivery'),
    (row) => `${text(row, 'page')} ${text(row, 'channel')}`,
    'the page was sent twice by a channel',
  ),
]

const deliveriesOf = (run: FaultRun, page: Row): readonly Row[] =>
  rowsOf(run, 'delivery').filter((row) => text(row, 'page') === text(page, 'id'))

const isOutside = (row: Row): boolean => text(row, 'channel') !== CONSOLE

/** What each status promises of the deliveries. */
function ended(run: FaultRun): readonly Violation[] {
  const people = new Set(rowsOf(run, 'person').map((row) => text(row, 'id')))
  return rowsOf(run, 'page').flatMap((page) => {
    const all = deliveriesOf(run, page)
    const outside = all.filter(isOutside)
    const isHeard = outside.some((row) => text(row, 'status') === 'delivered')
    const wrong = (why: string): readonly Violation[] => [violation(text(page, 'id'), why)]
    if (!people.has(text(page, 'person'))) return wrong('it calls nobody who is there')
    if (!all.some((row) => !isOutside(row))) return wrong('it is not in the console')
    switch (text(page, 'status')) {
      case 'delivered':
        return isHeard ? [] : wrong('it counts as delivered, and no channel took it')
      case 'recorded':
        return outside.length === 0 ? [] : wrong('it counts as recorded only, and a channel had it')
      case 'unheard':
        return isHeard || outside.some((row) => text(row, 'status') !== 'failed')
          ? wrong('it counts as unheard, and a channel took it or still tries')
          : []
      default:
        return Date.parse(run.takenAt) - time(page, 'sent_at') < ENDED_AFTER_MS ? [] : wrong('it is still on its way')
    }
  })
}

/** A channel that took the page says so with a receipt; one that did not says why. */
const confirmed = (run: FaultRun): readonly Violation[] =>
  rowsOf(run, 'delivery')
    .filter(isOutside)
    .flatMap((row) => {
      const about = `${text(row, 'page')} ${text(row, 'channel')}`
      if (text(row, 'status') === 'delivered' && isNull(row, 'receipt'))
        return [violation(about, 'it arrived without a receipt')]
      return text(row, 'status') === 'failed' && isNull(row, 'problem')
        ? [violation(about, 'it failed, and nobody can see why')]
        : []
    })

/** What the receiver of webhooks got: every page that counts as arrived there, each with one content, and nothing that is no page. */
function received(run: FaultRun): readonly Violation[] {
  const got = new Map<string, readonly string[]>()
  for (const { webhookId, body } of run.pages) got.set(webhookId, [...(got.get(webhookId) ?? []), JSON.stringify(body)])
  const rows = new Map(rowsOf(run, 'page').map((row) => [text(row, 'id'), row]))
  const arrived = rowsOf(run, 'delivery').filter(
    (row) => text(row, 'channel') === 'webhook' && text(row, 'status') === 'delivered',
  )
  return [
    ...arrived
      .filter((row) => run.pages.length > 0 && !got.has(text(row, 'page')))
      .map((row) => violation(text(row, 'page'), 'it counts as arrived by webhook, and the receiver never got it')),
    ...[...got].flatMap(([id, bodies]) => {
      if (new Set(bodies).size > 1) return [violation(id, 'one id came with two contents')]
      return isOf(rows.get(id), object(JSON.parse(bodies[0] ?? '{}')))
        ? []
        : [violation(id, 'the receiver got what is no page of the record')]
    }),
  ]
}

const isOf = (page: Row | undefined, body: Row): boolean =>
  page !== undefined && ['incident', 'person', 'level'].every((name) => text(page, name) === text(body, name))

function told(run: FaultRun): readonly Violation[] {
  const events = eventsOf(run)
  const has = (type: string, page: string): boolean =>
    events.some((event) => event.type === type && text(event.refs, 'page') === page)
  const unsaid = rowsOf(run, 'page').flatMap((page) => {
    const id = text(page, 'id')
    if (!has('page.sent', id)) return [violation(id, 'the log does not tell of it')]
    return text(page, 'status') === 'unheard' && !has('page.unheard', id)
      ? [violation(id, 'nobody was told that it is unheard')]
      : []
  })
  const sent = events.filter(({ type }) => type === 'page.sent').map(({ refs }) => text(refs, 'page'))
  return [...unsaid, ...repeated(sent).map((id) => violation(id, 'the log tells of it twice'))]
}
