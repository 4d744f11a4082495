import type { FaultRun } from '../run.ts'
import { eventsOf, isNull, rowsOf, text, time } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'
import { cordonsWrites, isByWriter, writeOf } from './writes.ts'

const violation = violationOf('I7')

/** After these nothing of the plan begins any more. What ended `done`, `partial` or `failed` had begun. */
const STOPS = new Set(['denied', 'expired', 'superseded'])
/** Two processes of one machine read one clock. */
const SKEW_MS = 2_000

/**
 * I7: a stop is for good. After a plan is denied, expired or superseded the gate allows nothing of it and nothing of it
 * is called; a plan that was never approved has no permit at all.
 */
export const absorbingStops: Checker = (run) =>
  rowsOf(run, 'plan').flatMap((row) => {
    const hash = text(row, 'hash')
    const wrong = [...unapproved(run, hash, isNull(row, 'approved_at'))]
    if (!STOPS.has(text(row, 'status'))) return wrong
    return [...wrong, ...after(run, hash, time(row, 'closed_at'))]
  })

const permitsOf = (run: FaultRun, hash: string) =>
  rowsOf(run, 'permit').filter((permit) => text(permit, 'plan') === hash)

function unapproved(run: FaultRun, hash: string, isUnapproved: boolean): readonly Violation[] {
  // A plan that needs no votes is approved as it is proposed; then its row says so too.
  return isUnapproved ? permitsOf(run, hash).map(() => violation(hash, 'it has a permit, and was never approved')) : []
}

function after(run: FaultRun, hash: string, closed: number): readonly Violation[] {
  if (Number.isNaN(closed)) return [violation(hash, 'it is stopped, and nothing says when')]
  const opened = permitsOf(run, hash).filter((permit) => time(permit, 'opened_at') > closed)
  const allowed = eventsOf(run).filter(
    ({ type, refs, at }) =>
      /^permit\.(given|resumed)$/.test(type) && text(refs, 'plan') === hash && at > closed + SKEW_MS,
  )
  const called = cordonsWrites(run).filter(
    (call) => isByWriter(call) && call.at > closed + SKEW_MS && writeOf(run, call).plan === hash,
  )
  return [
    ...opened.map((permit) => violation(hash, `permit ${text(permit, 'id')} was opened after the stop`)),
    ...allowed.map(({ type }) => violation(hash, `${type} came after the stop`)),
    ...called.map(({ operation }) => violation(hash, `${operation} was called after the stop`)),
  ]
}
