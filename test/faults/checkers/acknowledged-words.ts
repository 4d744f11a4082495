import type { ClientCall, FaultRun } from '../run.ts'
import { standingAt } from './ballot.ts'
import { eventsOf, isNull, plansOf, rowsOf, type StoredPlan, type Told, text, time } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I6')
/** A client’s clock beside the database’s. */
const SKEW_MS = 2_000

/**
 * I6: what a person was told is kept is in the record and in the log: votes, comments, acknowledgements, wishes and drills. And what
 * became of a plan is what its votes, counted anew, amount to.
 */
export const acknowledgedWords: Checker = (run) => [
  ...run.client.filter(({ result }) => result === 'ok').flatMap((call) => lost(run, call)),
  ...votesTold(run),
  ...[...plansOf(run).values()].flatMap((stored) => decided(run, stored)),
]

type Look = (run: FaultRun, call: ClientCall) => boolean

/** Whether what a client was told is done is there. */
const looks: Readonly<Partial<Record<ClientCall['kind'], Look>>> = {
  vote: (run, { subject: { plan, person, decision }, answeredAt = '' }) => {
    const theirs = rowsOf(run, 'vote').filter((row) => text(row, 'plan') === plan && text(row, 'person') === person)
    const until = theirs.filter((row) => time(row, 'at') <= Date.parse(answeredAt) + SKEW_MS)
    const isCast = until.some((row) => decision === undefined || text(row, 'decision') === decision)
    return isCast && eventsOf(run).some((event) => isCastOf(event, { plan, person, decision }))
  },
  comment: (run, { subject: { incident, text: said } }) => {
    const row = rowsOf(run, 'comment').find((one) => text(one, 'incident') === incident && text(one, 'text') === said)
    return (
      row !== undefined &&
      eventsOf(run).some(({ type, refs }) => type === 'incident.commented' && text(refs, 'comment') === text(row, 'id'))
    )
  },
  acknowledge: (run, { subject: { incident } }) =>
    eventsOf(run).some(({ type, stream }) => type === 'incident.acknowledged' && stream === incident) &&
    rowsOf(run, 'incident').some(
      (row) => text(row, 'id') === incident && (!isNull(row, 'acknowledged_by') || isNextEpisode(row)),
    ),
  undo: (run, { subject: { incident, plan } }) =>
    rowsOf(run, 'plan_request').some(
      (row) =>
        (incident === undefined || text(row, 'incident') === incident) &&
        JSON.stringify(row['body']).includes(plan ?? ''),
    ),
  drill: (run, { subject: { name } }) => rowsOf(run, 'drill').some((row) => text(row, 'name') === name),
}

/** A reopened incident is acknowledged anew. */
const isNextEpisode = (row: Parameters<typeof text>[0]): boolean => Number(row?.['episode']) > 1

type Cast = Readonly<Record<'plan' | 'person' | 'decision', string | undefined>>

const isCastOf = ({ type, refs, actor, body }: Told, { plan, person, decision }: Cast): boolean =>
  type === 'vote.cast' &&
  text(refs, 'plan') === plan &&
  text(actor, 'id') === person &&
  (decision === undefined || text(body, 'decision') === decision)

function lost(run: FaultRun, call: ClientCall): readonly Violation[] {
  const isThere = looks[call.kind]?.(run, call) ?? true
  const subject = Object.values(call.subject).join(' ')
  return isThere ? [] : [violation(subject, `a client was told that this ${call.kind} is kept, and it is not there`)]
}

/** Every vote has its event, with the same person and decision; and no event is without its vote. */
function votesTold(run: FaultRun): readonly Violation[] {
  const told = new Map(
    eventsOf(run).flatMap((event) => (event.type === 'vote.cast' ? [[text(event.refs, 'vote'), event]] : [])),
  )
  const votes = rowsOf(run, 'vote')
  const ids = new Set(votes.map((row) => text(row, 'id')))
  const untold = votes.filter((row) => {
    const event = told.get(text(row, 'id'))
    const cast = { plan: text(row, 'plan'), person: text(row, 'person'), decision: text(row, 'decision') }
    return event === undefined || !isCastOf(event, cast)
  })
  return [
    ...untold.map((row) => violation(text(row, 'id'), 'the log does not tell of this vote, or tells of another')),
    ...[...told.keys()]
      .filter((id) => !ids.has(id))
      .map((id) => violation(id, 'the log tells of a vote that is not there')),
  ]
}

/** What the plan became against what its votes amount to. */
function decided(run: FaultRun, stored: StoredPlan): readonly Violation[] {
  const { hash, row } = stored
  const status = text(row, 'status')
  const { standing, since = Number.NaN } = standingAt(run, stored, Number.POSITIVE_INFINITY)
  const wrong = (why: string): readonly Violation[] => [violation(hash, why)]
  if (status === 'denied') return standing === 'denied' ? [] : wrong('it is denied, and nobody who may denied it')
  if (standing === 'denied') return wrong(`somebody denied it, and it is ${status}`)
  if (isNull(row, 'approved_at'))
    return ['superseded', 'expired'].includes(status) || !(since > 0) ? [] : undecided(status, wrong)
  if (!(since > 0)) return wrong('it was approved without its quorum')
  return Math.abs(time(row, 'approved_at') - since) <= SKEW_MS
    ? []
    : wrong('it was not approved when its quorum was there')
}

function undecided(status: string, wrong: (why: string) => readonly Violation[]): readonly Violation[] {
  return status === 'proposed' || status === 'failed' ? wrong(`its quorum is there, and it is ${status}`) : []
}
