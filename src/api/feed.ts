import type { Logger } from 'pino'
import type { Database } from '#store/database'
import { eventsAfter, type LoggedEvent, settledId } from '#store/timeline'

const POLL_MS = 250
// Longer than any transaction of Cordon takes: what is older is visible or was undone.
const SETTLING_MS = 15_000
const REMEMBERED = 5000

export type Listener = (event: LoggedEvent) => void

/** Everything that is told to the log, as it becomes visible. It polls only while somebody listens. */
export interface Feed {
  /** Calls the listener for each event that becomes visible from now on; the function returned ends it. */
  readonly listen: (listener: Listener, ended: () => void) => Promise<() => void>
  /** What was delivered after the event of the number, in that order; null when that is longer ago than the feed remembers. */
  readonly deliveredAfter: (id: number) => readonly LoggedEvent[] | null
  readonly close: () => void
}

/** Numbers become visible out of order, so each poll looks at all that is not surely settled and delivers what is new in it. */
export function createFeed(db: Database, log: Logger): Feed {
  const listeners = new Map<Listener, () => void>()
  const delivered: LoggedEvent[] = []
  let seen = new Set<number>()
  let floor = 0
  let polling: Promise<void> | null = null

  async function begin(): Promise<void> {
    delivered.length = 0
    floor = await settledId(db, SETTLING_MS)
    seen = new Set((await eventsAfter(db, floor)).map(({ id }) => id))
  }

  async function poll(): Promise<void> {
    const fresh = (await eventsAfter(db, floor)).filter(({ id }) => !seen.has(id))
    for (const event of fresh) {
      seen.add(event.id)
      delivered.push(event)
      for (const listener of listeners.keys()) listener(event)
    }
    if (delivered.length > REMEMBERED) delivered.splice(0, delivered.length - REMEMBERED)
    await forgetSettled()
  }

  async function forgetSettled(): Promise<void> {
    if (seen.size === 0) return
    // A full page may hold less than what is settled: never go beyond what was read.
    floor = Math.max(floor, Math.min(await settledId(db, SETTLING_MS), Math.max(...seen)))
    seen = new Set([...seen].filter((id) => id > floor))
  }

  async function pollWhileHeard(): Promise<void> {
    while (listeners.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      try {
        await poll()
      } catch (error) {
        log.warn({ err: error }, 'The log could not be read for the stream; trying again')
      }
    }
    polling = null
  }

  return {
    listen: async (listener, ended) => {
      if (polling === null && listeners.size === 0) await begin()
      listeners.set(listener, ended)
      polling ??= pollWhileHeard()
      return () => void listeners.delete(listener)
    },
    deliveredAfter: (id) => {
      const place = delivered.findIndex((event) => event.id === id)
      return place < 0 ? null : delivered.slice(place + 1)
    },
    close: () => {
      for (const ended of listeners.values()) ended()
      listeners.clear()
    },
  }
}
