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
