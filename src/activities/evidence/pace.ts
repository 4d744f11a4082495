import { setTimeout as pause } from 'node:timers/promises'

/** Waits until the next call to a place is due. Calls to one place are at least `intervalMs` apart, in the order in which they asked. */
export type Pace = (place: string, signal: AbortSignal) => Promise<void>

/** What a pace goes by. */
export interface Timer {
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

const real: Timer = { now: () => Date.now(), sleep: (ms, signal) => pause(ms, undefined, { signal }) }

export function createPace(intervalMs: number, { now, sleep }: Timer = real): Pace {
  const due = new Map<string, number>()
  return async (place, signal) => {
    const asked = now()
    const at = Math.max(asked, due.get(place) ?? 0)
    due.set(place, at + intervalMs)
    if (at > asked) await sleep(at - asked, signal)
  }
}
