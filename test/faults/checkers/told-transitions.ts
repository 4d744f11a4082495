import type { FaultRun, Row } from '../run.ts'
import { eventsOf, isNull, rowsOf, type Told, text } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I13')

/** One kind of row and the event that tells of it: as many of the one as of the other, one for one. */
interface Pairing {
  readonly table: string
  readonly type: RegExp
  /** Rows that have such an event. */
  readonly isTold?: (row: Row) => boolean
  readonly rowKey: (row: Row) => string
  readonly eventKey: (event: Told) => string
}

const columns =
  (...names: readonly string[]) =>
  (row: Row): string =>
    names.map((name) => text(row, name)).join(' ')

const refs =
  (...names: readonly string[]) =>
  (event: Told): string =>
    names.map((name) => text(event.refs, name)).join(' ')

const has =
  (column: string) =>
  (row: Row): boolean =>
    !isNull(row, column)

const is =
  (column: string, ...values: readonly string[]) =>
  (row: Row): boolean =>
    values.includes(text(row, column))

const pairings: readonly Pairing[] = [
  { table: 'incident', type: /^incident\.opened$/, rowKey: columns('id'), eventKey: ({ stream }) => stream },
  { table: 'comment', type: /^incident\.commented$/, rowKey: columns('id'), eventKey: refs('comment') },
  { table: 'page', type: /^page\.sent$/, rowKey: columns('id'), eventKey: refs('page') },
  {
    table: 'delivery',
    type: /^page\.(delivered|failed)$/,
    isTold: (row) => text(row, 'channel') !== 'console' && text(row, 'status') !== 'sending',
    rowKey: columns('page', 'channel'),
    eventKey: ({ refs: about, body }) => `${text(about, 'page')} ${text(body, 'channel')}`,
  },
  { table: 'verb_call', type: /^verb\.asked$/, rowKey: columns('key'), eventKey: refs('verb') },
  {
    table: 'verb_call',
    type: /^verb\.answered$/,
    isTold: has('answered_at'),
    rowKey: columns('key'),
    eventKey: refs('verb'),
  },
  { table: 'evidence', type: /^evidence\.collected$/, rowKey: columns('id'), eventKey: refs('evidence') },
  { table: 'plan', type: /^plan\.proposed$/, rowKey: columns('hash'), eventKey: refs('plan') },
  {
    table: 'plan',
    type: /^plan\.approved$/,
    isTold: has('approved_at'),
    rowKey: columns('hash'),
    eventKey: refs('plan'),
  },
  {
    table: 'plan',
    type: /^plan\.denied$/,
    isTold: is('status', 'denied'),
    rowKey: columns('hash'),
    eventKey: refs('plan'),
  },
  {
    table: 'plan',
    type: /^plan\.expired$/,
    isTold: is('status', 'expired'),
    rowKey: columns('hash'),
    eventKey: refs('plan'),
  },
  {
    table: 'plan',
    type: /^plan\.superseded$/,
    isTold: is('status', 'superseded'),
    rowKey: columns('hash'),
    eventKey: refs('plan'),
  },
  { table: 'vote', type: /^vote\.cast$/, rowKey: columns('id'), eventKey: refs('vote') },
  {
    table: 'plan_step',
    type: /^step\.intended$/,
    isTold: has('intended_at'),
    rowKey: columns('plan', 'index'),
    eventKey: refs('plan', 'step'),
  },
  {
    table: 'plan_step',
    type: /^step\.(applied|ended)$/,
    isTold: has('ended_at'),
    rowKey: columns('plan', 'index'),
    eventKey: refs('plan', 'step'),
  },
  {
    table: 'verification',
    type: /^step\.verified$/,
    rowKey: columns('plan', 'round'),
    eventKey: refs('plan', 'round'),
  },
  { table: 'permit', type: /^permit\.given$/, rowKey: columns('id'), eventKey: refs('permit') },
  {
    table: 'permit',
    type: /^permit\.closed$/,
    isTold: has('closed_at'),
    rowKey: columns('id'),
    eventKey: refs('permit'),
  },
  {
    table: 'containment',
    type: /^containment\.held$/,
    rowKey: columns('plan', 'step'),
    eventKey: refs('plan', 'step'),
  },
  { table: 'drill', type: /^drill\.started$/, rowKey: columns('id'), eventKey: refs('drill') },
]

/**
 * I13, its second half: every change has its event and every event its change, one for one. Left out: events without a row of their own
 * (phases, verdicts, hand-overs), which the walk of the states follows, and rows that tell nothing (wishes, sign-ins).
 */
export const toldTransitions: Checker = (run) => pairings.flatMap((pairing) => unmatched(run, pairing))

function unmatched(
  run: FaultRun,
  { table, type, isTold = () => true, rowKey, eventKey }: Pairing,
): readonly Violation[] {
  const left = new Map<string, number>()
  for (const row of rowsOf(run, table).filter(isTold)) add(left, rowKey(row), 1)
  for (const event of eventsOf(run)) if (type.test(event.type)) add(left, eventKey(event), -1)
  return [...left].flatMap(([key, count]) => {
    if (count === 0) return []
    const why =
      count > 0
        ? `the log does not tell of it (${type.source})`
        : `the log tells of it more often than it is there (${type.source})`
    return [violation(`${table} ${key}`, why)]
  })
}

const add = (counts: Map<string, number>, key: string, more: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + more)
