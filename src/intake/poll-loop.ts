import { setTimeout as pause } from 'node:timers/promises'
import type { Pace } from '#activities/evidence/pace'
import { type FindingSource } from '#domain/source'
import { asOnly } from '#store/database/only-sweeper'
import { type Backfill, countFound, endBackfill, waitingBackfill } from '#store/sources/backfills'
import { watchSources } from '#store/sources/sources'
import { lookSince, type PollDeps, pollSpot, type Spot, spotsOf } from './poll.ts'

/** A backfill that somebody asks for begins within that time. */
const LOOK_EVERY_MS = 5_000
/** Looks that may fail before a source counts as silent, and the least that it may be silent in any case. */
const LOOKS_BEFORE_SILENCE = 3
const LEAST_SILENCE_MS = 15 * 60_000

export interface PollLoop extends Omit<PollDeps, 'pace'> {
  /** Of every call to a producer in a Region, whoever makes it. */
  readonly due: Pace
  /** Undefined: nothing is polled but for a backfill. */
  readonly everyMs: number | undefined
  /** What is pulled from besides. */
  readonly queues: readonly FindingSource[]
  /** A look around ended. */
  readonly looked: () => void
}

/**
 * Polls every producer again and again, and reads older findings where somebody asks for them, until the signal is aborted. Of several intakes one
 * does it at a time.
 */
export async function pollUntil(loop: PollLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await asOnly(loop.db, 'polls', (confirm) => pollWhileOnly(loop, signal, confirm))
    } catch (error) {
      if (!signal.aborted) loop.log.warn({ err: error }, 'The polls were interrupted; they go on')
    }
    // Another intake does it, which is as good.
    loop.looked()
    await rest(signal)
  }
}

// An abort ends the pause early and is no failure.
const rest = (signal: AbortSignal): Promise<void> => pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)

async function pollWhileOnly(loop: PollLoop, signal: AbortSignal, confirm: () => Promise<void>): Promise<void> {
  const pace = async (place: string): Promise<void> => {
    await loop.due(place, signal)
    await confirm()
    loop.looked()
  }
  const deps = { ...loop, pace }
  let pollAt = 0
  while (!signal.aborted) {
    await confirm()
    if (performance.now() >= pollAt) {
      await pollAll(deps, signal)
      pollAt = performance.now() + (loop.everyMs ?? Number.POSITIVE_INFINITY)
    }
    const asked = await waitingBackfill(loop.db)
    if (asked !== undefined) await readOlder(deps, asked)
    loop.looked()
    await rest(signal)
  }
}

async function pollAll(deps: PollLoop & PollDeps, signal: AbortSignal): Promise<void> {
  const { db, everyMs, queues } = deps
  const spots = everyMs === undefined ? [] : await spotsOf(deps)
  const silentAfterMs = Math.max(LEAST_SILENCE_MS, LOOKS_BEFORE_SILENCE * (everyMs ?? 0))
  const sources = [...queues, ...spots.map(({ source }) => source)]
  await watchSources(
    db,
    sources.map((source) => ({ ...source, silentAfterMs })),
  )
  for (const spot of spots) {
    if (signal.aborted) return
    await pollSpot(deps, spot)
  }
}

const isAsked = ({ place }: Spot, { account, region }: Backfill): boolean =>
  (account === null || account === place.account) && (region === null || region === place.region)

/** One place that fails does not keep the others from being read. */
async function readOlder(deps: PollDeps, backfill: Backfill): Promise<void> {
  const { db, log } = deps
  const spots = (await spotsOf(deps)).filter((spot) => isAsked(spot, backfill))
  const problems: string[] = spots.length === 0 ? ['no registered account and Region fits'] : []
  for (const spot of spots)
    try {
      await lookSince(deps, spot, {
        since: new Date(backfill.since),
        taken: (findings) => countFound(db, backfill.id, findings.length),
      })
    } catch (error) {
      log.warn({ err: error, source: spot.source.name }, 'Older findings could not be read')
      problems.push(`${spot.source.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  await endBackfill(db, backfill.id, problems.length === 0 ? null : problems.join('; '))
}
