import type { ClientCall, FaultRun, Row } from '../run.ts'
import { eventsOf, object, repeated, rowsOf, text } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I4')

/**
 * I4: what was taken in is there, once. Every version of a finding that a client was told is accepted is kept; every finding is in one
 * incident, which is there; the log tells of each version and each quarantined body once; there is one open incident about one thing;
 * and what the simulated GuardDuty has delivered is taken in. Left out: what a client was told of bodies that could not be read, since
 * nothing in them says which they are.
 */
export const conservation: Checker = (run) => [
  ...acknowledged(run),
  ...placed(run),
  ...told(run),
  ...openOnce(run),
  ...delivered(run),
]

function acknowledged(run: FaultRun): readonly Violation[] {
  const ids = new Map(rowsOf(run, 'finding').map((row) => [text(row, 'finding_id'), text(row, 'key')]))
  const versions = new Set(rowsOf(run, 'finding_version').map((row) => versionOf(text(row, 'finding'), row)))
  return run.client.filter(isTakenFinding).flatMap(({ subject }) => {
    const id = subject['finding'] ?? ''
    const key = ids.get(id)
    if (key === undefined) return [violation(id, 'a client was told that the finding is accepted, and it is not there')]
    const { updatedAt } = subject
    if (updatedAt === undefined || versions.has(`${key} ${updatedAt}`)) return []
    return [violation(id, `a client was told that the version of ${updatedAt} is accepted, and it is not there`)]
  })
}

const isTakenFinding = ({ kind, result, subject }: ClientCall): boolean =>
  kind === 'finding' && result === 'ok' && subject['finding'] !== undefined

const versionOf = (key: string, row: Row): string => `${key} ${text(row, 'updated_at')}`

function placed(run: FaultRun): readonly Violation[] {
  const incidents = new Set(rowsOf(run, 'incident').map((row) => text(row, 'id')))
  const keys = rowsOf(run, 'finding').map((row) => text(row, 'key'))
  const versioned = new Set(rowsOf(run, 'finding_version').map((row) => text(row, 'finding')))
  const astray = rowsOf(run, 'finding').filter((row) => !incidents.has(text(row, 'incident')))
  return [
    ...astray.map((row) =>
      violation(text(row, 'key'), `it is in incident ${text(row, 'incident')}, which is not there`),
    ),
    ...repeated(keys).map((key) => violation(key, 'it is there twice')),
    ...keys.filter((key) => !versioned.has(key)).map((key) => violation(key, 'no version of it is kept')),
    ...[...versioned]
      .filter((key) => !keys.includes(key))
      .map((key) => violation(key, 'its versions are of no finding')),
    ...twiceKept(run),
  ]
}

const twiceKept = (run: FaultRun): readonly Violation[] =>
  repeated(rowsOf(run, 'finding_version').map((row) => `${text(row, 'finding')} ${text(row, 'digest')}`)).map((one) =>
    violation(one, 'this version is kept twice'),
  )

/** Each version and each quarantined body has one event; what is told of a finding stands in an incident that had it. */
function told(run: FaultRun): readonly Violation[] {
  const events = eventsOf(run)
  const received = events.filter(({ type }) => type === 'finding.received')
  const versions = rowsOf(run, 'finding_version').map((row) => versionOf(text(row, 'finding'), row))
  const toldOf = received.map(({ refs, body }) => `${text(refs, 'key')} ${text(body, 'updatedAt')}`)
  const quarantined = events
    .filter(({ type }) => type === 'finding.quarantined')
    .map(({ refs }) => text(refs, 'quarantine'))
  const kept = rowsOf(run, 'quarantine').map((row) => text(row, 'id'))
  const homeless = rowsOf(run, 'finding').filter(
    (row) =>
      !received.some(({ stream, refs }) => stream === text(row, 'incident') && text(refs, 'key') === text(row, 'key')),
  )
  return [
    ...notBoth(versions, toldOf, 'version of a finding'),
    ...notBoth(kept, quarantined, 'quarantined body'),
    ...homeless.map((row) => violation(text(row, 'key'), 'its incident’s log never heard of it')),
  ]
}

function notBoth(kept: readonly string[], heard: readonly string[], what: string): readonly Violation[] {
  const [one, other] = [kept.toSorted(), heard.toSorted()]
  const untold = without(one, other).map((key) => violation(key, `the log does not tell of this ${what}`))
  const made = without(other, one).map((key) =>
    violation(key, `the log tells of a ${what} that is not there, or twice`),
  )
  return [...untold, ...made]
}

/** What is left of a list when what is in the other is taken out, one for one. */
function without(from: readonly string[], taken: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const one of taken) counts.set(one, (counts.get(one) ?? 0) + 1)
  return from.filter((one) => {
    const left = counts.get(one) ?? 0
    counts.set(one, left - 1)
    return left <= 0
  })
}

function openOnce(run: FaultRun): readonly Violation[] {
  const open = rowsOf(run, 'incident').filter((row) => text(row, 'status') !== 'closed')
  return repeated(open.map((row) => text(row, 'correlation_key'))).map((key) =>
    violation(key, 'two open incidents are about it'),
  )
}

/** The simulator keeps what the intake has not answered for; everything else that it ever reported must have arrived. */
function delivered({ state, tables }: FaultRun): readonly Violation[] {
  const waiting = new Set(Object.values(state['delivery'] ?? {}).map((one) => text(object(one), 'id')))
  const arrived = new Set((tables['finding'] ?? []).map((row) => text(row, 'finding_id')))
  return Object.values(state['finding'] ?? {})
    .map((one) => text(object(one), 'id'))
    .filter((id) => !waiting.has(id) && !arrived.has(id))
    .map((id) => violation(id, 'the detector delivered the finding, and it is not there'))
}
