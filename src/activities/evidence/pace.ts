import { setTimeout as pause } from 'node:timers/promises'

/** Waits until the next call to a place is due. Calls to one place are at least `intervalMs` apart, in the order in which they asked. */
export type Pace = (place: string, signal: AbortSignal) => Promise<void>

export function createPace(intervalMs: number): Pace {
  const due = new Map<string, number>()
  return async (place, signal) => {
    const now = Date.now()
    const at = Math.max(now, due.get(place) ?? 0)
    due.set(place, at + intervalMs)
    if (at > now) await pause(at - now, undefined, { signal })
  }
}
