import { MOST_URGENT, type Urgency } from '#domain/urgency'
import { nextWake, type WakePace } from '#domain/wake-pace'

interface Wake {
  readonly incident: string
  readonly urgency?: Urgency
  readonly wakeDue: boolean
}

/** Incidents that a flood is about, with the one wake of each that waits for its time. */
export interface Resting<One extends Wake> {
  /** Wakes it by the pace of its findings; what is most urgent at once, and whatever waited with it. */
  readonly wake: (one: One) => void
  /** Those that still wait are left to the sweeper. */
  readonly leave: () => void
}

/** Others begin anew: no pace is worth more memory. */
const MOST_KNOWN = 10_000

export function createResting<One extends Wake>(send: (one: One) => void): Resting<One> {
  const paces = new Map<string, WakePace>()
  const timers = new Map<string, NodeJS.Timeout>()
  const sendNow = (one: One): void => {
    clearTimeout(timers.get(one.incident))
    timers.delete(one.incident)
    send(one)
  }
  const remember = (incident: string, pace: WakePace): void => {
    paces.delete(incident)
    paces.set(incident, pace)
    const [oldest] = paces.keys()
    if (paces.size > MOST_KNOWN && oldest !== undefined) paces.delete(oldest)
  }
  return {
    wake: (one) => {
      const { incident, urgency, wakeDue } = one
      if (urgency === MOST_URGENT && (wakeDue || timers.has(incident))) return sendNow(one)
      if (!wakeDue) return
      const now = performance.now()
      const pace = nextWake(paces.get(incident), now)
      remember(incident, pace)
      if (pace.at <= now) return sendNow(one)
      timers.set(
        incident,
        setTimeout(() => sendNow(one), pace.at - now),
      )
    },
    leave: () => {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
