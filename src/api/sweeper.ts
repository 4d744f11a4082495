import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { incidentWorkflowId, planWorkflowId } from '#domain/ids'
import { MOST_REPEATS, repeatsAt } from '#domain/wake-pace'
import type { Database } from '#store/database/database'
import { asOnlySweeper } from '#store/database/only-sweeper'
import { absorbWaiting } from '#store/findings/attack-sequences'
import { convergeWaiting } from '#store/findings/key-owners'
import { openWork, type Work, wakesUnhandledFor } from '#store/incidents/lost-work'
import { sendDigests } from '#store/paging/digests'
import { remindOfReviews } from '#store/plans/break-glass'
import { tendLeases } from '#store/plans/leases'
import { expireChanges } from '#store/policy/changes'
import { tellHeardAgain, tellSilences } from '#store/sources/silences'
import { endReputation } from '#store/triage/ended-reputation'
import { endSuppressions } from '#store/triage/ended-suppressions'
import type { Workflows } from './deps.ts'

/** How often and how patiently it sweeps, in milliseconds. */
export interface Pace {
  readonly lookEvery: number
  readonly unhandled: number
  readonly compareEvery: number
  /** A workflow is started right after its row is committed: what is younger is on its way, not lost. */
  readonly lostAfter: number
  /** Temporal’s list lags behind what runs. */
  readonly listLag: number
}

/** Everything that is lost runs again within half a minute. */
const usual: Pace = { lookEvery: 1000, unhandled: 5000, compareEvery: 15_000, lostAfter: 5000, listLag: 2000 }

export interface SweeperDeps {
  /** For tests: whoever waits for it in production has minutes. */
  readonly pace?: Pace
  readonly db: Database
  readonly workflows: Workflows
  readonly log: Logger
}

/**
 * Repeats signals that nobody handled, starts again what was lost, each on its own build, and ends what nobody decided. Over several apis one sweeps at a time.
 * Ends when the signal is aborted.
 */
export async function sweep(deps: SweeperDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await asOnlySweeper(deps.db, (confirm) => sweepWhileOnly(deps, signal, confirm))
    } catch (error) {
      deps.log.warn({ err: error }, 'The sweep was interrupted; it goes on')
    }
    await rest(paceOf(deps).lookEvery, signal)
  }
}

const paceOf = ({ pace = usual }: SweeperDeps): Pace => pace

// An abort ends the pause early and is no failure.
const rest = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { signal }).catch(() => undefined)

async function sweepWhileOnly(deps: SweeperDeps, signal: AbortSignal, confirm: () => Promise<void>): Promise<void> {
  const { lookEvery, compareEvery } = paceOf(deps)
  const repeated = new Map<string, Repeated>()
  let compareAt = 0
  while (!signal.aborted) {
    await confirm()
    await repeatWakes(deps, repeated)
    if (performance.now() >= compareAt) {
      await startLost(deps, signal)
      await remind(deps)
      await tend(deps)
      await digest(deps)
      await expireChanges(deps.db)
      await listen(deps)
      await absorb(deps)
      await unsuppress(deps)
      await forget(deps)
      compareAt = performance.now() + compareEvery
    }
    await rest(lookEvery, signal)
  }
}

/** A wake that was signalled again, and how long it is left alone now. */
interface Repeated {
  readonly at: number
  readonly wait: number
}

/** Of the pace at which unhandled wakes are looked for: so much later at most is one signalled again. */
const LONGEST_WAIT = 8
const NEVER: Repeated = { at: Number.NEGATIVE_INFINITY, wait: 0 }

/** Signals what is unhandled for so long, as many as workers take, and again after twice as long each time. */
async function repeatWakes(deps: SweeperDeps, repeated: Map<string, Repeated>): Promise<void> {
  const { db, workflows, log } = deps
  const { unhandled } = paceOf(deps)
  const now = performance.now()
  const unhandledNow = await wakesUnhandledFor(db, unhandled)
  const isDue = ({ at, wait }: Repeated): boolean => now - at >= wait
  const taken = forgetHandled(repeated, new Set(unhandledNow.map(({ incident }) => incident)))
  const due = unhandledNow.filter(({ incident }) => isDue(repeated.get(incident) ?? NEVER))
  for (const { incident, build, urgency } of due.slice(0, repeatsAt(taken))) {
    const last = repeated.get(incident)
    await workflows.wakeIncident({ incident, build, urgency })
    const wait = last === undefined ? unhandled : Math.min(last.wait * 2, unhandled * LONGEST_WAIT)
    repeated.set(incident, { at: now, wait })
    log.info({ incident }, 'A wake was signalled again')
  }
}

/** How many of them workers took. */
function forgetHandled(repeated: Map<string, Repeated>, waiting: ReadonlySet<string>): number {
  const taken = [...repeated.keys()].filter((incident) => !waiting.has(incident))
  for (const incident of taken) repeated.delete(incident)
  return taken.length
}

/** Starts the workflows that the record wants and Temporal does not run. */
async function startLost(deps: SweeperDeps, signal: AbortSignal): Promise<void> {
  const { db, workflows, log } = deps
  const { lostAfter, listLag } = paceOf(deps)
  const suspects = await missing(workflows, await openWork(db, lostAfter))
  if (suspects.length === 0) return
  await rest(listLag, signal)
  const open = new Set((await openWork(db, lostAfter)).map(workflowIdOf))
  const lost = await missing(
    workflows,
    suspects.filter((work) => open.has(workflowIdOf(work))),
  )
  for (const work of lost.slice(0, MOST_REPEATS)) {
    if (work.kind === 'incident') await workflows.wakeIncident(work)
    else await workflows.startPlan(work)
    log.warn({ workflowId: workflowIdOf(work) }, 'A lost workflow was started again from the record')
  }
}

/** Calls people again about what one person did alone, until somebody has reviewed it. */
async function remind({ db, workflows, log }: SweeperDeps): Promise<void> {
  for (const { incident, build } of await remindOfReviews(db)) {
    await workflows.wakeIncident({ incident, build })
    log.warn({ incident }, 'A plan that one person carried out alone waits for its review')
  }
}

/** Tells people of leases of containments that come to their end. */
async function tend({ db, workflows, log }: SweeperDeps): Promise<void> {
  for (const { incident, build } of await tendLeases(db)) {
    await workflows.wakeIncident({ incident, build })
    log.warn({ incident }, 'The lease of a containment comes to its end, or came to it')
  }
}

/** Pages people for the calls that were held. */
async function digest({ db, workflows }: SweeperDeps): Promise<void> {
  for (const { incident, build } of await sendDigests(db)) await workflows.wakeIncident({ incident, build })
}

/** A source that is silent for too long, whatever the reason: also an intake that does not run can tell nobody of itself. */
async function listen({ db, workflows, log }: SweeperDeps): Promise<void> {
  for (const { incident, build } of [...(await tellSilences(db)), ...(await tellHeardAgain(db))]) {
    await workflows.wakeIncident({ incident, build })
    log.warn({ incident }, 'A source of findings fell silent, or is heard again')
  }
}

/** Merges the parts of attack sequences that the intake took in, and what was opened by a key with what its user’s is. */
async function absorb({ db, workflows }: SweeperDeps): Promise<void> {
  for (const { incident, build } of [...(await absorbWaiting(db)), ...(await convergeWaiting(db))])
    await workflows.wakeIncident({ incident, build })
}

/** Has the filters taken away whose suppressions ended. */
async function unsuppress({ db, workflows, log }: SweeperDeps): Promise<void> {
  for (const { incident, build } of await endSuppressions(db)) {
    await workflows.wakeIncident({ incident, build })
    log.warn({ incident }, 'A suppression ended: the removal of its filter is asked for')
  }
}

/** Has open incidents judged again without the lists whose time is over; their wakes are in the record, and signalled from there. */
async function forget({ db, log }: SweeperDeps): Promise<void> {
  const ended = await endReputation(db)
  if (ended.length > 0) log.info({ lists: ended }, 'Lists of bad addresses ended: open incidents are judged again')
}

async function missing(workflows: Workflows, wanted: readonly Work[]): Promise<readonly Work[]> {
  if (wanted.length === 0) return []
  const running = new Set<string>()
  for await (const id of workflows.runningWorkflowIds()) running.add(id)
  return wanted.filter((work) => !running.has(workflowIdOf(work)))
}

const workflowIdOf = (work: Work): string =>
  work.kind === 'incident' ? incidentWorkflowId(work.incident) : planWorkflowId(work.plan)
