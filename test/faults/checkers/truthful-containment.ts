import type { FaultRun, Row } from '../run.ts'
import { eventsOf, isNull, list, number, object, plansOf, rowsOf, type StoredPlan, text, time } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I9')
/** Waits end on one clock and are recorded by another. */
const SKEW_MS = 250

/**
 * I9: “contained” is said only of what was read back. A plan that is done has every round of read-backs that it promises, each at its time,
 * each without a discrepancy, and each seen in the accounts as reads by the reading role; an incident is contained only after its plans are;
 * and what a later round finds is told. Left out: how far apart rounds must be in themselves; the policy says it, and its defaults
 * are for real accounts.
 */
export const truthfulContainment: Checker = (run) => [
  ...[...plansOf(run).values()].flatMap((stored) => (wasDone(run, stored) ? readBack(run, stored) : [])),
  ...contained(run),
  ...lost(run),
]

const wasDone = (run: FaultRun, { hash }: StoredPlan): boolean =>
  eventsOf(run).some(({ type, refs }) => type === 'plan.done' && text(refs, 'plan') === hash)

const roundsOf = (run: FaultRun, hash: string): readonly Row[] =>
  rowsOf(run, 'verification')
    .filter((row) => text(row, 'plan') === hash)
    .toSorted((one, other) => number(one, 'round') - number(other, 'round'))

const discrepanciesIn = (row: Row): readonly unknown[] =>
  list(row, 'discrepancies').flatMap((one) => list(object(one), 'discrepancies'))

/** When its last step was applied, and when the plan was said to be done. */
function endsOf(run: FaultRun, { hash }: StoredPlan): { readonly applied: number; readonly done: number } {
  const ended = rowsOf(run, 'plan_step')
    .filter((row) => text(row, 'plan') === hash)
    .map((row) => time(row, 'ended_at'))
  const event = eventsOf(run).find(({ type, refs }) => type === 'plan.done' && text(refs, 'plan') === hash)
  return { applied: Math.max(0, ...ended.filter((at) => !Number.isNaN(at))), done: event?.at ?? Number.NaN }
}

function readBack(run: FaultRun, stored: StoredPlan): readonly Violation[] {
  const { hash, plan } = stored
  const { applied, done } = endsOf(run, stored)
  const rounds = roundsOf(run, hash)
  return plan.verifyAfterMs.flatMap((afterMs, index): readonly Violation[] => {
    const round = rounds.find((row) => number(row, 'round') === index)
    const wrong = (why: string): readonly Violation[] => [violation(hash, `read-back ${index + 1} ${why}`)]
    if (round === undefined || time(round, 'at') > done + SKEW_MS)
      return wrong('was not there when the plan was said to be done')
    if (discrepanciesIn(round).length > 0) return wrong('found what should not be so, and the plan was said to be done')
    if (time(round, 'at') < applied + afterMs - SKEW_MS) return wrong(`came before its ${afterMs} ms were over`)
    if (list(round, 'discrepancies').length < readSteps(run, hash)) return wrong('did not look at every step')
    const since = index === 0 ? applied : time(rounds[index - 1], 'at')
    // A release of changes that stay as they are has nothing to look at.
    if (plan.steps.length === 0) return []
    return isSeen(run, stored, { since, until: time(round, 'at') })
      ? []
      : wrong('is not seen among the reads of the account')
  })
}

const readSteps = (run: FaultRun, hash: string): number =>
  rowsOf(run, 'plan_step').filter((row) => text(row, 'plan') === hash && /^(applied|done)$/.test(text(row, 'status')))
    .length

/** Whether the reading role looked into the target’s account meanwhile, for this incident. */
function isSeen(
  { calls }: FaultRun,
  { plan }: StoredPlan,
  { since, until }: { readonly since: number; readonly until: number },
): boolean {
  const account = plan.steps[0]?.target.account
  return calls.some(
    ({ at, access, principal, userAgent, account: where }) =>
      access === 'read' &&
      where === account &&
      principal.includes(':assumed-role/CordonReader/') &&
      userAgent.includes(plan.incident) &&
      at >= since - SKEW_MS &&
      at <= until + SKEW_MS,
  )
}

/** The incident says so only when every containment of it was said to hold, and none was lost since. */
function contained(run: FaultRun): readonly Violation[] {
  const events = eventsOf(run)
  const said = events.filter(({ type }) => type === 'incident.contained')
  const saidOf = new Set(said.map(({ stream }) => stream))
  const unsaid = rowsOf(run, 'incident').filter(
    (row) => /^(contained|recovered)$/.test(text(row, 'status')) && !saidOf.has(text(row, 'id')),
  )
  const early = said.flatMap(({ stream, seq }) => {
    const before = events.filter((event) => event.stream === stream && event.seq < seq)
    const hasHeld = before.some(({ type }) => type === 'containment.held' || type === 'containment.released')
    return hasHeld ? [] : [violation(stream, 'it was said to be contained before a containment held')]
  })
  return [
    ...early,
    ...unsaid.map((row) =>
      violation(text(row, 'id'), `it is ${text(row, 'status')}, and never was said to be contained`),
    ),
  ]
}

/** A round after the plan was done that finds something makes it lose its containment, unless it was released by then or its undo had begun. */
function lost(run: FaultRun): readonly Violation[] {
  const told = new Set(
    eventsOf(run).flatMap(({ type, refs }) => (type === 'containment.lost' ? [text(refs, 'plan')] : [])),
  )
  return rowsOf(run, 'verification').flatMap((row) => {
    const hash = text(row, 'plan')
    const plan = plansOf(run).get(hash)
    if (plan === undefined || number(row, 'round') < plan.plan.verifyAfterMs.length) return []
    const isHeld = rowsOf(run, 'containment').some(
      (one) => text(one, 'plan') === hash && !(time(one, 'released_at') < time(row, 'at')),
    )
    const undoing = rowsOf(run, 'plan').filter((one) => text(one, 'undoes') === hash)
    const isUndone = undoing.some((undo) => firstChange(run, undo) < time(row, 'at'))
    const isTold = told.has(hash) || !isHeld || isUndone || discrepanciesIn(row).length === 0
    return isTold ? [] : [violation(hash, 'the watch found that it does not hold, and nobody was told')]
  })
}

/** When the first step of a plan was about to change something; infinite when none was. */
const firstChange = (run: FaultRun, plan: Row): number =>
  Math.min(
    ...rowsOf(run, 'plan_step')
      .filter((step) => text(step, 'plan') === text(plan, 'hash') && !isNull(step, 'intended_at'))
      .map((step) => time(step, 'intended_at')),
  )
