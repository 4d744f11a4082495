import type { CallRow } from '#simulator/calls'
import { until } from '../support/until.ts'
import { type Point, pointName } from './points.ts'
import type { Fault } from './run.ts'
import type { Stage } from './stage.ts'
import { CALLERS, callerOf, callOf, commitOf } from './steps.ts'

/** What brings one point about: it is armed, then its step is held, then it is released. */
interface Trap {
  /** Resolves when the step is held; false when the run was over before. */
  readonly held: Promise<boolean>
  readonly release: () => Promise<void>
}

export interface Sabotage {
  readonly faults: readonly Fault[]
  /** ISO time of the last release. */
  readonly endedAt?: string
}

/** These end the simulated accounts’ memory of rules, since who starts anew starts those anew too. */
const FORGETTING: ReadonlySet<Point['victim']> = new Set(['supervisor', 'everything'])

/**
 * Makes the faults of one run, one after the other: waits until the step is held, kills, releases and waits until all is back. The next is
 * armed while the last is still held, so that nothing slips by. What did not come before the run was over has not fired.
 */
export async function sabotage(stage: Stage, points: readonly Point[], over: AbortSignal): Promise<Sabotage> {
  const fired = new Set<Point>()
  let endedAt: string | undefined
  let trap = await armFor(stage, points[0], over)
  for (const [index, point] of points.entries()) {
    const next = points[index + 1]
    if (trap === undefined || !(await trap.held)) {
      trap = await armFor(stage, next, over)
      continue
    }
    const isForgotten = FORGETTING.has(point.victim)
    const following = isForgotten ? undefined : await armFor(stage, next, over)
    await stage.kill(point.victim)
    await trap.release()
    endedAt = new Date().toISOString()
    fired.add(point)
    await stage.comeBack()
    trap = isForgotten ? await armFor(stage, next, over) : following
  }
  await stage.simulator('DELETE', 'faults')
  return {
    faults: points.map((point) => ({ point: pointName(point), fired: fired.has(point) ? 1 : 0 })),
    ...(endedAt === undefined ? {} : { endedAt }),
  }
}

/** Undefined when there is nothing to arm, or its step is over. */
async function armFor(stage: Stage, point: Point | undefined, over: AbortSignal): Promise<Trap | undefined> {
  if (point === undefined || over.aborted) return undefined
  const commit = commitOf(point.step)
  return commit === undefined ? trapCall(stage, point, over) : trapCommit(stage, { ...commit, ...point }, over)
}

async function trapCommit(
  { proxy }: Stage,
  { process, name, nth, moment }: Point & { readonly process: string; readonly name: string; readonly nth: number },
  over: AbortSignal,
): Promise<Trap | undefined> {
  if (proxy.seen().some((one) => one.process === process && one.name === name && one.nth >= nth)) return undefined
  const { held, release } = proxy.hold({ process, name, nth, moment })
  return {
    held: Promise.race([held.then(() => true), endOf(over)]),
    release: async () => release(),
  }
}

async function trapCall(stage: Stage, { step, moment }: Point, over: AbortSignal): Promise<Trap | undefined> {
  const { operation, nth } = callOf(step)
  const { calls } = (await stage.simulator('GET', `calls?operation=${operation}&since=${stage.since()}`)) as {
    readonly calls: readonly CallRow[]
  }
  const left = nth - calls.filter((call) => callerOf(call) !== undefined).length
  if (left <= 0) return undefined
  const { principal } = CALLERS[operation === 'sts:AssumeRole' ? 1 : 0]
  const effect = moment === 'before' ? 'hold' : 'hold-after'
  await stage.simulator('POST', 'faults', { rules: [{ operation, nth: left, effect, principal }] })
  const isHeld = async (): Promise<boolean | undefined> => {
    if (over.aborted) return false
    const { held } = (await stage.simulator('GET', 'held')) as { readonly held: readonly { operation: string }[] }
    return held.some((one) => one.operation === operation) ? true : undefined
  }
  return {
    held: until(`${step} is held`, isHeld, LONGER_THAN_ANY_RUN_MS),
    release: async () => void (await stage.simulator('POST', 'release')),
  }
}

const LONGER_THAN_ANY_RUN_MS = 600_000

const endOf = (over: AbortSignal): Promise<false> =>
  new Promise((resolve) => {
    if (over.aborted) resolve(false)
    over.addEventListener('abort', () => resolve(false), { once: true })
  })
