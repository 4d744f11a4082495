import type { FaultRun, Row } from '../run.ts'
import { eventsOf, isNull, object, rowsOf, type Told, text, time } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I8')

/** How a plan goes on, written a second time. What was denied while it was executing had no permit yet. */
const graph: Readonly<Record<string, readonly string[]>> = {
  '': ['proposed'],
  proposed: ['approved', 'denied', 'expired', 'superseded'],
  approved: ['executing', 'done', 'denied', 'expired', 'superseded', 'failed'],
  executing: ['done', 'partial', 'failed', 'superseded', 'denied', 'expired'],
  done: ['partial'],
}

const phases = ['prepare', 'triage', 'escalate', 'contain', 'recover']
const PLAN_EVENT = /^plan\.(proposed|approved|denied|expired|superseded|executing|done|partial|failed)$/

/**
 * I8: states follow their graph and never come back. Walked over the log, event by event, and compared with where the rows ended:
 * plans, their steps and permits, the phases and episodes of incidents.
 */
export const monotoneStates: Checker = (run) => [...plans(run), ...steps(run), ...permits(run), ...incidents(run)]

function plans(run: FaultRun): readonly Violation[] {
  return rowsOf(run, 'plan').flatMap((row) => {
    const hash = text(row, 'hash')
    const walked = statusesOf(run, hash)
    const wrong = walked.flatMap((status, index) => {
      const before = walked[index - 1] ?? ''
      return graph[before]?.includes(status) === true && !isSkip(run, hash, { before, status })
        ? []
        : [violation(hash, `it became ${status} after ${before || 'nothing'}`)]
    })
    const end = walked.at(-1)
    const isEnd = end === text(row, 'status')
    return [
      ...wrong,
      ...(isEnd ? [] : [violation(hash, `its events end with ${end}, and it is ${text(row, 'status')}`)]),
      ...clocks(row),
    ]
  })
}

interface Became {
  readonly before: string
  readonly status: string
}

/** Only what has no steps, a release of changes that stay, is done without being carried out. */
const isSkip = (run: FaultRun, hash: string, { before, status }: Became): boolean =>
  before === 'approved' && status === 'done' && rowsOf(run, 'plan_step').some((row) => text(row, 'plan') === hash)

/** A lost containment makes its plan partial without an event of that name. */
function statusesOf(run: FaultRun, hash: string): readonly string[] {
  return eventsOf(run)
    .filter(({ refs }) => text(refs, 'plan') === hash)
    .flatMap(({ type }) => (type === 'containment.lost' ? ['partial'] : (PLAN_EVENT.exec(type)?.[1] ?? [])))
}

/** Each moment of a plan comes after the one before it. */
function clocks(row: Row): readonly Violation[] {
  const names = ['proposed_at', 'approved_at', 'closed_at'].filter((name) => !isNull(row, name))
  return names.slice(1).flatMap((name, index) => {
    const before = names[index] ?? ''
    return time(row, name) >= time(row, before) ? [] : [violation(text(row, 'hash'), `${name} is before ${before}`)]
  })
}

const aboutStep =
  (row: Row, column: string) =>
  ({ refs }: Told): boolean =>
    text(refs, 'plan') === text(row, 'plan') && text(refs, 'step') === text(row, column)

const ends: Readonly<Record<string, readonly string[]>> = {
  proposed: [],
  applied: ['step.applied'],
  done: ['step.applied'],
  failed: ['step.ended'],
  skipped: ['step.ended'],
}

function steps(run: FaultRun): readonly Violation[] {
  const events = eventsOf(run)
  return rowsOf(run, 'plan_step').flatMap((row) => {
    const about = `${text(row, 'plan')} step ${text(row, 'index')}`
    const told = events.filter(aboutStep(row, 'index')).map(({ type }) => type)
    const walked = told.filter((type) => /^step\.(intended|applied|ended)$/.test(type))
    const wanted = [
      ...(isNull(row, 'intended_at') ? [] : ['step.intended']),
      ...(ends[text(row, 'status')] ?? ['nothing']),
    ]
    return walked.join() === wanted.join()
      ? []
      : [violation(about, `it is ${text(row, 'status')}, and its events are ${walked.join(', ') || 'none'}`)]
  })
}

/** Given once, resumed while it is open, closed once. */
function permits(run: FaultRun): readonly Violation[] {
  const events = eventsOf(run)
  return rowsOf(run, 'permit').flatMap((row) => {
    const id = text(row, 'id')
    const walked = events
      .filter(({ type, refs }) => text(refs, 'permit') === id && /^permit\.(given|resumed|closed)$/.test(type))
      .map(({ type }) => type.slice('permit.'.length))
    const wanted = isNull(row, 'closed_at') ? /^given( resumed)*$/ : /^given( resumed)* closed$/
    const attempts = walked.filter((one) => one !== 'closed').length
    const wrong = wanted.test(walked.join(' ')) ? [] : [violation(id, `its events are ${walked.join(', ') || 'none'}`)]
    const fenced =
      attempts === Number(row['attempt'])
        ? []
        : [violation(id, `it is at attempt ${text(row, 'attempt')} after ${attempts} were given`)]
    return [...wrong, ...fenced, ...closing(row)]
  })
}

const closing = (row: Row): readonly Violation[] =>
  !isNull(row, 'closed_at') && (isNull(row, 'outcome') || time(row, 'closed_at') < time(row, 'opened_at'))
    ? [violation(text(row, 'id'), 'it is closed without an outcome, or before it was opened')]
    : []

/** Phases only go forward within an episode, and episodes are counted one by one. */
function incidents(run: FaultRun): readonly Violation[] {
  const events = eventsOf(run)
  return rowsOf(run, 'incident').flatMap((row) => {
    const id = text(row, 'id')
    const own = events.filter(({ stream }) => stream === id)
    const opened = own.filter(({ type }) => type === 'incident.opened').length
    const episodes = opened + own.filter(({ type }) => type === 'incident.reopened').length
    return [
      ...(opened === 1 ? [] : [violation(id, `the log opens it ${opened} times`)]),
      ...(episodes === Number(row['episode'])
        ? []
        : [violation(id, `it is in episode ${text(row, 'episode')}, and the log tells of ${episodes}`)]),
      ...phasesOf(own, row),
    ]
  })
}

function phasesOf(own: readonly Told[], row: Row): readonly Violation[] {
  const id = text(row, 'id')
  const walked = own.filter(({ type }) => type === 'incident.phase').map(({ body }) => object(body))
  const back = walked.flatMap((body, index) => {
    const before = walked[index - 1]
    const isSame = before !== undefined && text(before, 'episode') === text(body, 'episode')
    const isForward = !isSame || phases.indexOf(text(body, 'phase')) > phases.indexOf(text(before, 'phase'))
    return isForward ? [] : [violation(id, `the phase ${text(body, 'phase')} came after ${text(before, 'phase')}`)]
  })
  const last = walked.at(-1)
  const isLast =
    last === undefined || text(last, 'episode') !== text(row, 'episode') || text(last, 'phase') === text(row, 'phase')
  return [
    ...back,
    ...(isLast ? [] : [violation(id, `it is in phase ${text(row, 'phase')}, and the log says ${text(last, 'phase')}`)]),
  ]
}
