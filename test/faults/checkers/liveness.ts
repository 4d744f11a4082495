import type { FaultRun, Row } from '../run.ts'
import { isNull, json, list, object, rowsOf, text, time } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I12')

const PATIENCE_MS = 120_000
const TASK_FAILURES = 3
/** Verdicts after which nobody needs to do anything. */
const SETTLED = new Set(['benign-expected', 'posture'])

/**
 * I12: two minutes after the last fault nothing is stuck. Every incident has ended or waits for somebody by name; no plan is
 * past its clocks; every wake was handled; and no workflow’s task failed over and over. Two minutes from the end of the faults
 * must be over when the run is taken, or everything that is late is only late.
 */
export const liveness: Checker = (run) => {
  const since = run.faultsEndedAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(run.faultsEndedAt)
  // What still moved within the last two minutes may be on its way.
  const quiet = Date.parse(run.takenAt) - PATIENCE_MS
  const isOver = since <= quiet
  return [
    ...(isOver ? [...incidents(run, quiet), ...plans(run), ...wakes(run, quiet)] : []),
    ...tasks(run),
    ...open(run),
  ]
}

function incidents(run: FaultRun, quiet: number): readonly Violation[] {
  return rowsOf(run, 'incident')
    .filter((row) => !isEnded(row) && time(row, 'updated_at') < quiet && waitsFor(run, row).length === 0)
    .map((row) =>
      violation(text(row, 'id'), `it is ${text(row, 'status')} in phase ${text(row, 'phase')}, and waits for nobody`),
    )
}

const isEnded = (row: Row): boolean =>
  /^(recovered|closed)$/.test(text(row, 'status')) || SETTLED.has(text(row, 'verdict'))

/** Whom the incident waits for, by name. */
function waitsFor(run: FaultRun, row: Row): readonly string[] {
  const id = text(row, 'id')
  const own = (table: string): readonly Row[] => rowsOf(run, table).filter((one) => text(one, 'incident') === id)
  const tasked = own('task')
    .filter((task) => isNull(task, 'settled_at'))
    .flatMap((task) => list(task, 'whom').map(String))
  const votes = own('plan')
    .filter((plan) => text(plan, 'status') === 'proposed')
    .flatMap(() => approvers(run))
  const paged = own('page').map((page) => text(page, 'person'))
  return [...tasked, ...votes, ...paged, text(row, 'acknowledged_by')].filter((person) => person !== '')
}

const approvers = (run: FaultRun): readonly string[] =>
  rowsOf(run, 'person')
    .filter((row) => list(row, 'roles').includes('approver'))
    .map((row) => text(row, 'id'))

/** A plan is decided by its decide-by and has ended some time after its run-by; what it is watched for comes after its end. */
function plans(run: FaultRun): readonly Violation[] {
  const now = Date.parse(run.takenAt) - PATIENCE_MS
  return rowsOf(run, 'plan').flatMap((row) => {
    const status = text(row, 'status')
    const hash = text(row, 'hash')
    if (status === 'proposed' && time(row, 'decide_by') < now)
      return [violation(hash, 'it waits for votes after its decide-by')]
    const isLate = /^(approved|executing)$/.test(status) && time(row, 'run_by') < now && lastSign(run, row) < now
    return isLate ? [violation(hash, `it is ${status} after its run-by`)] : []
  })
}

/** When something of the plan was last recorded. */
const lastSign = (run: FaultRun, row: Row): number =>
  Math.max(
    0,
    ...[...rowsOf(run, 'permit'), ...rowsOf(run, 'plan_step'), ...rowsOf(run, 'verification')]
      .filter((one) => text(one, 'plan') === text(row, 'hash'))
      .flatMap((one) => ['opened_at', 'closed_at', 'ended_at', 'at'].map((name) => time(one, name) || 0)),
  )

const wakes = (run: FaultRun, quiet: number): readonly Violation[] =>
  rowsOf(run, 'wake')
    .filter((row) => Number(row['handled']) < Number(row['requested']) && time(row, 'requested_at') < quiet)
    .map((row) => violation(text(row, 'incident'), 'its wake was never handled'))

interface Event {
  readonly eventType: string
  readonly attributes: string
}

const historyEvents = (written: string): readonly Event[] =>
  list(object(json(written)), 'events').map((event) => ({
    eventType: text(object(event), 'eventType'),
    attributes: JSON.stringify(event),
  }))

/** A task that fails because a worker was killed is asked again; one that fails each time is a workflow that cannot go on. */
function tasks({ histories }: FaultRun): readonly Violation[] {
  return Object.entries(histories).flatMap(([name, written]) => {
    const failed = historyEvents(written).filter(
      ({ eventType, attributes }) =>
        eventType === 'EVENT_TYPE_WORKFLOW_TASK_FAILED' && !attributes.includes('RESET_WORKFLOW'),
    )
    const ended = historyEvents(written).some(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED')
    return [
      ...(failed.length > TASK_FAILURES ? [violation(name, `its task failed ${failed.length} times`)] : []),
      ...(ended ? [violation(name, 'the workflow failed: none of them ever may')] : []),
    ]
  })
}

/** A permit that nobody has closed, long after its session ended, is a step that nobody resumes. */
function open(run: FaultRun): readonly Violation[] {
  const now = Date.parse(run.takenAt)
  return rowsOf(run, 'permit')
    .filter((row) => isNull(row, 'closed_at') && now - time(row, 'opened_at') > SESSION_MS + PATIENCE_MS)
    .map((row) => violation(text(row, 'id'), 'the permit was never closed'))
}

/** Source: STS AssumeRole, DurationSeconds of what the gate mints. */
const SESSION_MS = 900_000
