/** When an incident is woken for its findings, and how long it is left alone then. Milliseconds. */
export interface WakePace {
  readonly at: number
  readonly restMs: number
}

const FIRST_REST_MS = 250
const LONGEST_REST_MS = 4000

/**
 * When to wake an incident that got more findings: at once after a quiet time, and later the longer it goes on getting them, so that a flood about one
 * incident is read in few looks.
 */
export function nextWake(last: WakePace | undefined, now: number): WakePace {
  if (last === undefined || now > last.at + 2 * last.restMs) return { at: now, restMs: FIRST_REST_MS }
  return { at: Math.max(now, last.at + last.restMs), restMs: Math.min(LONGEST_REST_MS, 2 * last.restMs) }
}

const FEW = 10
/** What is left is for the next look: the lock of the only sweeper ends when nothing is heard of it for long. */
export const MOST_REPEATS = 500

/**
 * How many wakes that nobody handled are signalled again at one look, when workers took so many of the last ones. Lost wakes are soon found all, because
 * workers take them; workers that are behind have the signals already, and more of them would keep them from their work.
 */
export const repeatsAt = (taken: number): number => Math.min(MOST_REPEATS, FEW + 2 * taken)
